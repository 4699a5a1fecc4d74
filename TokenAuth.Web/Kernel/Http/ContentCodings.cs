using Microsoft.Net.Http.Headers;

namespace TokenAuth.Kernel.Http;

/// <summary>Refuses compressed bodies, because a small one can expand to any size.</summary>
internal static class ContentCodings
{
    private const string Identity = "identity";

    /// <summary>Checks whether a request's body has a coding such as gzip or deflate.</summary>
    public static bool IsCoded(HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } codings
        && codings
            .SelectMany(coding =>
                (coding ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Any(name => !name.Equals(Identity, StringComparison.OrdinalIgnoreCase));

    /// <summary>Sets the status 415 and the accepted codings (RFC 9110, section 15.5.16).</summary>
    public static void Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        response.Headers[HeaderNames.AcceptEncoding] = Identity;
    }
}
