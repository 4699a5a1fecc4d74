using System.Text;

namespace TokenAuth.Kernel.Hosting;

/// <summary>An answer in UTF-8 that is kept nowhere, its length told beforehand, as clients of HTTP/1.0 want it.</summary>
internal sealed class TextResult(string contentType, ReadOnlyMemory<byte> body, int status = StatusCodes.Status200OK) : IResult
{
    public TextResult(string contentType, string text, int status = StatusCodes.Status200OK)
        : this(contentType, Encoding.UTF8.GetBytes(text), status)
    {
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
