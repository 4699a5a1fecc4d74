using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Encrypts what the server leaves with the browser between two requests, in a form or a cookie. Every node can read
/// it.
/// </summary>
internal sealed class ProtectedState(IDataProtectionProvider provider, TimeProvider clock)
{
    private readonly IDataProtector _protector = provider.CreateProtector("TokenAuth.State.v1");

    /// <summary>Encrypts a text with the present time.</summary>
    /// <param name="purpose">A text that is written for one purpose can be read for that purpose only.</param>
    public string Write(string purpose, string text) => _protector.CreateProtector(purpose).Protect(
        string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow().ToUnixTimeMilliseconds()}\n{text}"));

    /// <summary>Decrypts a text; null if it is damaged, older than its lifetime, or for another purpose.</summary>
    public string? Read(string purpose, string? state, TimeSpan lifetime)
    {
        try
        {
            if (string.IsNullOrEmpty(state)
                || _protector.CreateProtector(purpose).Unprotect(state).Split('\n', 2) is not [var at, var text])
                return null;
            var written = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture));

            // The difference may be negative, because the clock of another node may be ahead.
            return (clock.GetUtcNow() - written).Duration() < lifetime ? text : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
