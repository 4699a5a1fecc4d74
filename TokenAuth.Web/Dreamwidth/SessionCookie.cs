using System.Net;
using Microsoft.Extensions.Primitives;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Dreamwidth;

/// <summary>The session as a cookie, <c>ws:user:number:auth</c>, in all the ways in which old clients send it.</summary>
internal sealed class SessionCookie(SessionStore sessions) : ISessionCookie
{
    /// <summary>Each one is looked up; a client has one, or a few of different paths.</summary>
    private const int MaxCookies = 8;

    public static string TextOf(string canonicalLogin, long number) => $"ws:{canonicalLogin}:{number}:{RandomToken.Alphanumeric(22)}";

    /// <summary>
    /// The first good one of the request's cookies: <c>ljmastersession</c> before <c>ljsession</c>. With the original the second does
    /// not count where the first is sent; here a cookie that is not good hides none. <c>ljloggedin</c> is not read.
    /// </summary>
    public async ValueTask<ActiveSession?> FindAsync(HttpRequest request, IPAddress caller, CancellationToken cancellation)
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

    private static bool IsSession(string text) => text.StartsWith("ws:", StringComparison.Ordinal) && text.Length <= 100;

    /// <summary>
    /// A value may be escaped as in a form, or in quotation marks; what follows an ampersand is another thing. Of other cookies
    /// only the name is looked at: there may be thousands, in each of a hundred calls of one request.
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
