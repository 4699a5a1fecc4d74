using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Remembers in a cookie, for five minutes, that a person has typed the correct password and still has to prove the
/// second factor. It signs nobody in, and a change of the password ends it.
/// </summary>
internal sealed class PendingSignIn(ProtectedState state, AccountDirectory accounts)
{
    private const string Name = "TokenAuth.Pending";

    private const string Purpose = "pending sign-in";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private static readonly HostCookies Cookies = new();

    /// <summary>Records a correct password.</summary>
    public void Begin(HttpContext context, FoundAccount account) => Cookies.AppendResponseCookie(
        context,
        Name,
        state.Write(
            Purpose, string.Create(CultureInfo.InvariantCulture, $"{account.Id} {KnownDevice.TagOf(account.Stamp)}")),
        Options(context));

    /// <summary>
    /// Returns the account, as it is now; null if the person must type the password (again). The second factor may have
    /// been turned off meanwhile.
    /// </summary>
    public async Task<FoundAccount?> FindAsync(HttpContext context) =>
        state.Read(Purpose, Cookies.GetRequestCookie(context, Name), Lifetime)?.Split(' ') is [var id, var tag]
        && await accounts.FindAsync(long.Parse(id, CultureInfo.InvariantCulture), context.RequestAborted)
            is { MayUsePages: true, HasSecondFactor: true } account
        && KnownDevice.TagOf(account.Stamp) == tag
            ? account
            : null;

    /// <summary>Deletes the cookie.</summary>
    public static void End(HttpContext context) => Cookies.DeleteCookie(context, Name, Options(context));

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
    };
}
