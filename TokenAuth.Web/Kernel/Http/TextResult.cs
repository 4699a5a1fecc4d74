using System.Text;

namespace TokenAuth.Kernel.Http;

/// <summary>
/// An answer in UTF-8 that must not be cached. It has a <c>Content-Length</c>, which clients of HTTP/1.0 need.
/// </summary>
/// <param name="status">Null keeps the response's status, which is 200 unless other code has changed it.</param>
internal sealed class TextResult(string contentType, ReadOnlyMemory<byte> body, int? status = null) : IResult
{
    public TextResult(string contentType, string text, int? status = null)
        : this(contentType, Encoding.UTF8.GetBytes(text), status)
    {
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status ?? response.StatusCode;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
