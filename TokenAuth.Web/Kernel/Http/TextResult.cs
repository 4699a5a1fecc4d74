using System.Text;

namespace TokenAuth.Kernel.Http;

/// <summary>An answer in UTF-8 that is kept nowhere, its length told beforehand, as clients of HTTP/1.0 want it.</summary>
/// <param name="status">Null: the one that the response has, which is 200 unless somebody has set another.</param>
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
