using Microsoft.Net.Http.Headers;

namespace TokenAuth.Kernel.Http;

/// <summary>Bodies are read as they are, and no compressed one is: a small one could become arbitrarily large.</summary>
internal static class ContentCodings
{
    private const string Identity = "identity";

    /// <summary>Whether a request's body comes in a coding such as gzip or deflate.</summary>
    public static bool IsCoded(HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } codings
        && codings.SelectMany(coding => (coding ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Any(name => !name.Equals(Identity, StringComparison.OrdinalIgnoreCase));

    /// <summary>RFC 9110, section 15.5.16: the answer says which codings would have been accepted.</summary>
    public static void Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        response.Headers[HeaderNames.AcceptEncoding] = Identity;
    }
}
