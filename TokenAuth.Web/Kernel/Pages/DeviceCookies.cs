using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The cookie by which a browser shows that an account has signed in with it before, so that others who guess at the account
/// cannot lock its owner out. It signs nobody in, is looked at by the sign-in form only, and each sign-in gives it a new content.
/// </summary>
internal sealed class DeviceCookies(IDataProtectionProvider provider, TimeProvider clock)
{
    private const string Name = "TokenAuth.Device";

    /// <summary>People who share a browser; the one who has been away longest makes room.</summary>
    private const int MaxAccounts = 4;

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    private static readonly HostCookies Cookies = new();

    private readonly IDataProtector _protector = provider.CreateProtector("TokenAuth.Devices.v1");

    /// <summary>What the browser shows of earlier sign-ins, the latest first; empty where that cannot be read, or is too old.</summary>
    public IReadOnlyList<KnownDevice> Read(HttpContext context) => [.. Entries(context).Select(entry => entry.Device)];

    /// <summary>Lets the browser show, from now on, that this account has signed in with it.</summary>
    /// <param name="stamp">The account's: the cookie shows nothing once the password has changed.</param>
    public void Remember(HttpContext context, long accountId, string? stamp)
    {
        var entries = Entries(context).Where(entry => entry.Device.AccountId != accountId)
            .Prepend((Device: new KnownDevice(accountId, RandomToken.Hex(32), KnownDevice.TagOf(stamp)), Since: clock.GetUtcNow().ToUnixTimeSeconds()))
            .Take(MaxAccounts);
        var text = string.Join('\n', entries.Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"{entry.Device.AccountId} {entry.Device.Id} {entry.Since} {entry.Device.StampTag}")));
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

    /// <summary>Only what was written here can be read, so its form need not be checked.</summary>
    private string Text(HttpContext context)
    {
        try
        {
            return Cookies.GetRequestCookie(context, Name) is { Length: > 0 } cookie ? _protector.Unprotect(cookie) : "";
        }
        catch (CryptographicException)
        {
            return "";
        }
    }
}
