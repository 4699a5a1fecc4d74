using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace TokenAuth.Kernel.Secrets;

/// <summary>Encrypts the secrets that must be readable to check signatures, with the key ring in the store.</summary>
internal sealed class SecretProtector(IDataProtectionProvider provider)
{
    private readonly IDataProtector _protector = provider.CreateProtector("TokenAuth.Secrets.v1");

    public string Protect(string secret) => _protector.Protect(secret);

    /// <summary>Null where the key that encrypted it is lost.</summary>
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

    public string Unprotect(string protectedSecret) => _protector.Unprotect(protectedSecret);
}
