using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Reads and writes the device cookie, which shows that an account has signed in with the browser before. It keeps
/// attackers who guess an account's password from locking out the account's owner. It signs no person in, only the
/// sign-in form reads it, and each sign-in changes its content.
/// </summary>
internal sealed class DeviceCookies(IDataProtectionProvider provider, TimeProvider clock)
{
    private const string Name = "TokenAuth.Device";

    /// <summary>
    /// The maximum number of accounts in a cookie. A new account replaces the one that signed in longest ago.
    /// </summary>
    private const int MaxAccounts = 4;

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    private static readonly HostCookies Cookies = new();

    private readonly IDataProtector _protector = provider.CreateProtector("TokenAuth.Devices.v1");

    /// <summary>
    /// Returns the cookie's entries, the latest sign-in first. Omits old ones; empty if the cookie is unreadable.
    /// </summary>
    public IReadOnlyList<KnownDevice> Read(HttpContext context) => [.. Entries(context).Select(entry => entry.Device)];

    /// <summary>Adds an account to the cookie, or replaces its entry.</summary>
    /// <param name="stamp">
    /// The account's stamp. The entry ends with a change of the password, which changes the stamp.
    /// </param>
    public void Remember(HttpContext context, long accountId, string? stamp)
    {
        var device = new KnownDevice(accountId, RandomToken.Hex(32), KnownDevice.TagOf(stamp));
        var entries = Entries(context)
            .Where(entry => entry.Device.AccountId != accountId)
            .Prepend((Device: device, Since: clock.GetUtcNow().ToUnixTimeSeconds()))
            .Take(MaxAccounts);
        var text = string.Join('\n', entries.Select(entry => string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Device.AccountId} {entry.Device.Id} {entry.Since} {entry.Device.StampTag}")));
        Cookies.AppendResponseCookie(context, Name, _protector.Protect(text), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = Life,
        });
    }

    private IEnumerable<(KnownDevice Device, long Since)> Entries(HttpContext context)
    {
        var now = clock.GetUtcNow();
        return Text(context).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Where(parts => parts.Length == 4)
            .Select(parts => (
                new KnownDevice(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[3]),
                Since: long.Parse(parts[2], CultureInfo.InvariantCulture)))
            .Where(entry => now - DateTimeOffset.FromUnixTimeSeconds(entry.Since) < Life);
    }

    /// <summary>Decrypts the cookie. Its form needs no check, because only this class can encrypt it.</summary>
    private string Text(HttpContext context)
    {
        try
        {
            return Cookies.GetRequestCookie(context, Name) is { Length: > 0 } cookie
                ? _protector.Unprotect(cookie)
                : "";
        }
        catch (CryptographicException)
        {
            return "";
        }
    }
}
