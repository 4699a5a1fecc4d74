using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Mail;

/// <summary>
/// Encrypts messages for the queue, with a key of its own that the key ring encrypts. So a message can be encrypted
/// within a transaction: the key ring, which may have to ask the store, is needed before it only.
/// </summary>
internal sealed class MailSeal
{
    private const int KeyBytes = 32;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(KeyBytes);
    private readonly string _protectedKey;

    /// <summary>Creates a key. Must not be called within a transaction.</summary>
    public MailSeal(SecretProtector secrets) => _protectedKey = secrets.Protect(Convert.ToBase64String(_key));

    /// <summary>Returns the encrypted key and the encrypted text, separated by a dot.</summary>
    public string Seal(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plain.Length];
        var (nonce, tag, cipher) = Parts(box);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(_key, tag.Length);
        aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span);
        return $"{_protectedKey}.{Convert.ToBase64String(box)}";
    }

    /// <summary>Decrypts the result of <see cref="Seal"/>; null if the key is lost or the text is damaged.</summary>
    public static string? TryOpen(SecretProtector secrets, string content)
    {
        if (content.Split('.') is not [var protectedKey, var sealedText]
            || secrets.TryUnprotect(protectedKey) is not { } key)
            return null;
        try
        {
            var box = Convert.FromBase64String(sealedText);
            var (nonce, tag, cipher) = Parts(box);
            var plain = new byte[cipher.Length];
            using var aes = new AesGcm(Convert.FromBase64String(key), tag.Length);
            aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception damaged) when (damaged is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <exception cref="ArgumentException">The array is too short.</exception>
    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Parts(Memory<byte> box)
    {
        var nonce = AesGcm.NonceByteSizes.MaxSize;
        var tag = AesGcm.TagByteSizes.MaxSize;
        return (box[..nonce], box.Slice(nonce, tag), box[(nonce + tag)..]);
    }
}
