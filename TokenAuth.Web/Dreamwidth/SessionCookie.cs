using System.Net;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Dreamwidth;

/// <summary>The session as a cookie, <c>ws:user:number:auth</c>, in all the ways in which old clients send it.</summary>
internal sealed class SessionCookie(Sessions sessions) : IPresentedSession
{
    /// <summary>Each one is looked up; a client has one, or a few of different paths.</summary>
    private const int MostCookies = 8;

    public static string TextOf(string canonicalLogin, long number) => $"ws:{canonicalLogin}:{number}:{TokenText.Alphanumeric(22)}";

    /// <summary>
    /// The first good one of the request's cookies. Where there is a <c>ljmastersession</c>, <c>ljsession</c> does not count, as with the
    /// original; <c>ljloggedin</c>, which says the same once more, is not looked at.
    /// </summary>
    public async ValueTask<LiveSession?> FindAsync(HttpRequest request, IPAddress caller, CancellationToken cancellation)
    {
        var cookies = request.Headers.Cookie.SelectMany(header => Pairs(header ?? "")).ToList();
        var masters = cookies.Where(cookie => cookie.Name == "ljmastersession").ToList();
        var counting = masters.Count > 0 ? masters : cookies.Where(cookie => cookie.Name == "ljsession");
        foreach (var (_, text) in counting.Take(MostCookies))
        {
            if (!text.StartsWith("ws:", StringComparison.Ordinal) || text.Length > 100)
                continue;
            var check = await sessions.CheckAsync(DreamwidthFeature.Dialect, applicationId: null, text, cancellation);
            if (check.Succeeded(out var session, out _) && session.IsGoodFrom(caller))
                return session;
        }

        return null;
    }

    /// <summary>A value may be escaped as in a form, or in quotation marks; what follows an ampersand is another thing.</summary>
    private static IEnumerable<(string Name, string Text)> Pairs(string header)
    {
        foreach (var pair in header.Split(';', ','))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                yield return (pair[..equals].Trim(), WebUtility.UrlDecode(pair[(equals + 1)..].Split('&')[0].Trim().Trim('"')));
        }
    }
}
