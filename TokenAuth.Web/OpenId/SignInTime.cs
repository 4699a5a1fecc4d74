using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.OpenId;

/// <summary>
/// Tells when a person proved who they are, and remembers in a link since when they must have. So a person who was sent
/// to sign in again is not sent again, and cannot go on without.
/// </summary>
internal sealed class SignInTime(Store store, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>The parameter of the link.</summary>
    public const string Parameter = "signed_in_since";

    private readonly IDataProtector _protector = protection.CreateProtector("TokenAuth.OpenId.SignInTime.v1");

    /// <summary>Returns when the person of the browser's session last proved who they are.</summary>
    public async ValueTask<DateTimeOffset> OfAsync(ClaimsPrincipal person, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT COALESCE(proved_at, created_at) FROM sessions WHERE id = @id",
                row => row.Instant(0),
                ("@id", person.SessionId)),
            cancellation);

    /// <summary>Returns the value of the parameter for now.</summary>
    public string Now() => _protector.Protect(clock.GetUtcNow().ToUnixTimeMilliseconds().ToString());

    /// <summary>Reads the parameter's value; null if it is missing or forged.</summary>
    public DateTimeOffset? Read(string? value)
    {
        try
        {
            return string.IsNullOrEmpty(value)
                ? null
                : DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(_protector.Unprotect(value)));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
