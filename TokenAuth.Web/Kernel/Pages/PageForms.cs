using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Reads the form of a request before its page does, so that an unreadable form gets an error page with the reason: 415
/// for a body that is not a form, is compressed, or has an unknown charset; 413 for a body that is too large; 400
/// otherwise. The framework would answer some of these with 500, and others as if the form were too old.
/// </summary>
internal static class PageForms
{
    private static readonly object UnreadableKey = new();

    public static IApplicationBuilder UsePageForms(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (TakesForms(context.GetEndpoint()))
        {
            if (!HttpMethods.IsPost(context.Request.Method))
            {
                // The framework would read the form of a request with any verb.
                context.Request.Form = FormCollection.Empty;
            }
            else if (await RefusalAsync(context) is { } status)
            {
                context.Items[UnreadableKey] = true;
                context.Response.StatusCode = status;
                return;
            }
        }

        await next(context);
    });

    /// <summary>Checks whether this middleware refused the form as unreadable.</summary>
    public static bool IsUnreadable(HttpContext context) => context.Items.ContainsKey(UnreadableKey);

    /// <summary>
    /// Checks for a page other than the error page, which has no verbs and runs for the failed request.
    /// </summary>
    private static bool TakesForms(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<PageActionDescriptor>() is not null
        && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null;

    /// <summary>
    /// Reads the form. Returns the status of the refusal, or null if the form was read or there is none.
    /// </summary>
    private static async ValueTask<int?> RefusalAsync(HttpContext context)
    {
        var request = context.Request;
        if (ContentCodings.IsCoded(request))
        {
            ContentCodings.Refuse(context.Response);
            return StatusCodes.Status415UnsupportedMediaType;
        }

        if (string.IsNullOrEmpty(request.ContentType))
        {
            request.Form = FormCollection.Empty;
            return null;
        }

        try
        {
            if (!request.HasFormContentType
                || MediaTypeHeaderValue.Parse(request.ContentType) is { Charset.Length: > 0, Encoding: null })
                return StatusCodes.Status415UnsupportedMediaType;
            await request.ReadFormAsync(context.RequestAborted);
            return null;
        }
        catch (BadHttpRequestException broken)
        {
            BrokenBody.Leave(context, broken);
            return broken.StatusCode;
        }
        catch (NotSupportedException)
        {
            // The form, or one of its parts, is in UTF-7.
            return StatusCodes.Status415UnsupportedMediaType;
        }
        catch (Exception broken) when (broken is InvalidDataException
            or IOException
            or FormatException
            or ArgumentException)
        {
            BrokenBody.Leave(context, broken);
            return StatusCodes.Status400BadRequest;
        }
    }
}
