using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Reads the form that is sent to a page before the page does, so that one that cannot be read gets a page that says why:
/// 415 for a body that is no form, is compressed, or has a charset that is not known; 413 for one that is too large; 400
/// for the rest. The framework would answer some of these with 500, and others as if the form were too old.
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
                // The framework would read a form that comes with any verb.
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

    /// <summary>Whether the form could not be read, so that there is nothing in it to be looked at.</summary>
    public static bool IsUnreadable(HttpContext context) => context.Items.ContainsKey(UnreadableKey);

    /// <summary>Every page but the error page, which says nothing of verbs, and gets the request that has failed.</summary>
    private static bool TakesForms(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<PageActionDescriptor>() is not null
        && endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null;

    /// <summary>The status to refuse the form with; null where it was read, or where there is none.</summary>
    private static async ValueTask<int?> RefusalAsync(HttpContext context)
    {
        var request = context.Request;
        if (ContentCodings.IsCoded(request))
        {
            ContentCodings.Refuse(context.Response);
            return StatusCodes.Status415UnsupportedMediaType;
        }

        if (string.IsNullOrEmpty(request.ContentType))
            return null;
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
            // UTF-7, of the form or of one of its parts.
            return StatusCodes.Status415UnsupportedMediaType;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            BrokenBody.Leave(context, broken);
            return StatusCodes.Status400BadRequest;
        }
    }
}
