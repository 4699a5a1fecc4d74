using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace TokenAuth.Kernel.Secrets;

/// <summary>
/// Encrypts with the key ring the secrets that must be readable to check signatures.
/// The folder <c>Secrets</c> owns random tokens, token hashes, secret encryption, the wrapping key and private files.
/// It must not know the purpose of a token or secret.
/// </summary>
internal sealed class SecretProtector(IDataProtectionProvider provider)
{
    private readonly IDataProtector _protector = provider.CreateProtector("TokenAuth.Secrets.v1");

    /// <summary>Encrypts a secret.</summary>
    public string Protect(string secret) => _protector.Protect(secret);

    /// <summary>Decrypts a secret; null if the key that encrypted it is lost.</summary>
    public string? TryUnprotect(string protectedSecret)
    {
        try
        {
            return Unprotect(protectedSecret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Decrypts a secret.</summary>
    /// <exception cref="CryptographicException">The key that encrypted it is lost.</exception>
    public string Unprotect(string protectedSecret) => _protector.Unprotect(protectedSecret);
}
