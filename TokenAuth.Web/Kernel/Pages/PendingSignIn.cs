using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Remembers in a cookie, for five minutes, that a person has typed the correct password, or has signed in at the
/// upstream provider, and still has to prove the second factor. It signs nobody in, and a change of the password ends
/// it.
/// </summary>
internal sealed class PendingSignIn(ProtectedState state, AccountDirectory accounts, TokenAuthOptions options)
{
    private const string Name = "TokenAuth.Pending";

    private const string Purpose = "pending sign-in";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private static readonly HostCookies Cookies = new();

    /// <summary>Records a correct password, or a proof at the upstream provider.</summary>
    /// <param name="upstreamAt">The time of that proof; null if it was the password.</param>
    public void Begin(HttpContext context, FoundAccount account, DateTimeOffset? upstreamAt = null) =>
        Cookies.AppendResponseCookie(
            context,
            Name,
            state.Write(
                Purpose,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{account.Id} {KnownDevice.TagOf(account.Stamp)} {upstreamAt?.ToUnixTimeMilliseconds()}")),
            Options(context));

    /// <summary>
    /// Returns the account, as it is now; null if the person must type the password (again). The second factor may have
    /// been turned off meanwhile.
    /// </summary>
    public async Task<FoundAccount?> FindAsync(HttpContext context) =>
        Read(context) is [var id, var tag, ..]
        && await accounts.FindAsync(long.Parse(id, CultureInfo.InvariantCulture), context.RequestAborted)
            is { MayUsePages: true, HasSecondFactor: true } account
        && KnownDevice.TagOf(account.Stamp) == tag
            ? account
            : null;

    /// <summary>Returns the proof at the upstream provider; null if the first step was the password.</summary>
    public UpstreamProof? UpstreamOf(HttpContext context) =>
        Read(context) is [_, _, { Length: > 0 } at] && options.Upstream.Name is { } name
            ? new UpstreamProof(
                name, DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)))
            : null;

    /// <summary>Deletes the cookie.</summary>
    public static void End(HttpContext context) => Cookies.DeleteCookie(context, Name, Options(context));

    private string[]? Read(HttpContext context) =>
        state.Read(Purpose, Cookies.GetRequestCookie(context, Name), Lifetime)?.Split(' ');

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
    };
}
