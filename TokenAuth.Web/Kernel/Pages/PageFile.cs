using Microsoft.AspNetCore.Mvc;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// A picture or a style sheet from outside this program. Opened by itself, it runs no scripts and loads nothing.
/// </summary>
/// <param name="isKept">Tells whether browsers keep it for a year, because its address has its version.</param>
internal sealed class PageFile(string contentType, byte[] content, bool isKept) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = contentType;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        if (isKept)
            response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
    }
}

/// <summary>A <see cref="PageFile"/> as the answer of a page, for the person alone.</summary>
internal sealed class PageFileResult(string contentType, byte[] content) : IActionResult
{
    public Task ExecuteResultAsync(ActionContext context) =>
        new PageFile(contentType, content, isKept: false).ExecuteAsync(context.HttpContext);
}
