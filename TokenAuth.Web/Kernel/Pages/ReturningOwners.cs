using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Pages;

/// <summary>A closing account whose owner has just proved who they are.</summary>
/// <param name="Stamp">The account's stamp at that time.</param>
/// <param name="EraseAt">The time at which the account is erased. It changes if the account is closed again.</param>
internal sealed record ReturningOwner(long AccountId, string? Stamp, DateTimeOffset EraseAt);

/// <summary>
/// Remembers in a cookie, for ten minutes, that the owner of a closing account has proved who they are. The cookie
/// signs nobody in. It lets the page <see cref="PageServices.KeepPath"/> make the account active again, if the owner
/// wants that, and works once: afterwards the account is no longer closing.
/// </summary>
internal sealed class ReturningOwners(
    AccountClosing closing, IDataProtectionProvider provider, TimeProvider clock)
{
    private const string Name = "TokenAuth.Returning";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private static readonly HostCookies Cookies = new();

    private readonly IDataProtector _protector = provider.CreateProtector("TokenAuth.Returning.v1");

    /// <summary>Sets the cookie if the account is closing, and does nothing otherwise.</summary>
    /// <param name="stamp">The account's stamp, read before the person proved who they are.</param>
    public async Task RememberAsync(HttpContext context, long accountId, string? stamp)
    {
        if (await closing.ErasedAtAsync(accountId, stamp, context.RequestAborted) is not { } eraseAt)
            return;
        var until = (clock.GetUtcNow() + Life).ToUnixTimeSeconds();
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{accountId} {until} {eraseAt.ToUnixTimeMilliseconds()} {stamp}");
        Cookies.AppendResponseCookie(context, Name, _protector.Protect(text), Options(context));
    }

    /// <summary>Returns the owner of the cookie; null if there is none, or it is too old.</summary>
    public ReturningOwner? Read(HttpContext context)
    {
        try
        {
            return Cookies.GetRequestCookie(context, Name) is { Length: > 0 } cookie
                && _protector.Unprotect(cookie).Split(' ') is [var id, var until, var erase, var stamp]
                && clock.GetUtcNow().ToUnixTimeSeconds() < long.Parse(until, CultureInfo.InvariantCulture)
                ? new ReturningOwner(
                    long.Parse(id, CultureInfo.InvariantCulture), stamp.Length == 0 ? null : stamp,
                    DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(erase, CultureInfo.InvariantCulture)))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Deletes the cookie, if the browser has it.</summary>
    public static void Forget(HttpContext context)
    {
        if (Cookies.GetRequestCookie(context, Name) is not null)
            Cookies.DeleteCookie(context, Name, Options(context));
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
    };
}
