using System.Net;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// Creates the cookie <c>ws:user:number:auth</c>, and reads it in all the forms in which old clients send it. Source:
/// docs/dialects/dreamwidth.md, "What differs from the original, and why".
/// </summary>
internal sealed class SessionCookie(SessionStore sessions) : ISessionCookie
{
    /// <summary>The maximum number of cookies to look up. A client sends one, or a few for different paths.</summary>
    private const int MaxCookies = 8;

    public static string TextOf(string canonicalLogin, long number) =>
        $"ws:{canonicalLogin}:{number}:{RandomToken.Alphanumeric(22)}";

    /// <summary>
    /// Returns the session of the request's first valid cookie, <c>ljmastersession</c> before <c>ljsession</c>, or
    /// null. The original ignored <c>ljsession</c> if <c>ljmastersession</c> was sent; here an invalid cookie hides no
    /// other. <c>ljloggedin</c> is ignored.
    /// </summary>
    public async ValueTask<ActiveSession?> FindAsync(
        HttpRequest request, IPAddress caller, CancellationToken cancellation)
    {
        var cookies = Cookies(request.Headers.Cookie);
        var sent = cookies.Where(cookie => cookie.IsMaster).Concat(cookies.Where(cookie => !cookie.IsMaster));
        foreach (var (_, text) in sent.Take(MaxCookies))
        {
            var check = await sessions.CheckAsync(DreamwidthFeature.Dialect, applicationId: null, text, cancellation);
            if (check.Succeeded(out var session, out _) && session.IsGoodFrom(caller))
                return session;
        }

        return null;
    }

    private static bool IsSession(string text) =>
        text.StartsWith("ws:", StringComparison.Ordinal) && text.Length <= 100;

    /// <summary>
    /// Reads the session cookies. A value may be escaped as in a form or be in quotation marks, and ends at an
    /// ampersand. Values of other cookies are not decoded: there may be thousands, read again for each of a hundred
    /// calls of one request.
    /// </summary>
    private static List<(bool IsMaster, string Text)> Cookies(StringValues headers)
    {
        List<(bool, string)> found = [];
        foreach (var header in headers)
        {
            foreach (var range in header.AsSpan().SplitAny(';', ','))
            {
                var pair = header.AsSpan(range);
                var equals = pair.IndexOf('=');
                if (equals < 0 || pair[..equals].Trim() is var name && name is not ("ljmastersession" or "ljsession"))
                    continue;
                var value = pair[(equals + 1)..];
                value = value.IndexOf('&') is >= 0 and var end ? value[..end] : value;
                var text = WebUtility.UrlDecode(value.Trim().Trim('"').ToString());
                if (IsSession(text))
                    found.Add((name is "ljmastersession", text));
            }
        }

        return found;
    }
}
