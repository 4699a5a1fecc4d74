using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Secrets;

/// <summary>The 256-bit key that wraps the keys of the key ring.</summary>
internal sealed class WrappingKey(TokenAuthOptions options)
{
    public const int Bytes = KeyRingOptions.KeyBytes;

    /// <summary>The name of the XML element that holds a wrapped key.</summary>
    public const string Element = "wrapped";

    private readonly Lazy<byte[]> _key = new(() => options.KeyRing.WrappingKey is { } configured
        ? Convert.FromBase64String(configured)
        : Checked(
            FileIn(options),
            PrivateFiles.ReadOrCreate(FileIn(options), () => RandomNumberGenerator.GetBytes(Bytes))));

    /// <summary>Creates a wrapping key from its Base64 text, independent of the options.</summary>
    public static WrappingKey Of(string text) =>
        new(new TokenAuthOptions { KeyRing = new KeyRingOptions { WrappingKey = text } });

    /// <summary>The path of the key's file, which is used if no key is configured.</summary>
    public string File => FileIn(options);

    /// <summary>
    /// Checks whether this key opens every wrapped part of a key of the ring. Does not create the key's file.
    /// </summary>
    public bool Opens(XElement key) => key.Descendants(Element).All(element =>
    {
        var wrapped = new byte[element.Value.Length];
        return Convert.TryFromBase64String(element.Value, wrapped, out var length) && Opens(wrapped[..length]);
    });

    private bool Opens(byte[] wrapped)
    {
        if (options.KeyRing.WrappingKey is null && !System.IO.File.Exists(File))
            return false;
        try
        {
            Unwrap(wrapped);
            return true;
        }
        catch (Exception damaged) when (damaged is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Encrypts bytes with AES-256-GCM. The result is nonce, tag and ciphertext.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> plain)
    {
        var wrapped = new byte[AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plain.Length];
        var (nonce, tag, cipher) = Parts(wrapped);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(_key.Value, tag.Length);
        aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span);
        return wrapped;
    }

    /// <summary>Decrypts the result of <see cref="Wrap"/>.</summary>
    public byte[] Unwrap(byte[] wrapped)
    {
        var (nonce, tag, cipher) = Parts(wrapped);
        var plain = new byte[cipher.Length];
        using var aes = new AesGcm(_key.Value, tag.Length);
        aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain);
        return plain;
    }

    /// <summary>
    /// Derives a secret for one purpose, the same on every node with this key, as 64 hexadecimal digits.
    /// </summary>
    public string Derive(string purpose) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes(purpose)));

    public static string FileIn(TokenAuthOptions options) => Path.Combine(options.DataDirectory, "keyring.key");

    private static byte[] Checked(string file, byte[] key) => key.Length == Bytes
        ? key
        : throw new SettingsException(
            "TokenAuth:KeyRing:WrappingKey",
            $"{file} has {key.Length} bytes and not {Bytes}; put the store's own back");

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Parts(Memory<byte> wrapped)
    {
        var nonce = AesGcm.NonceByteSizes.MaxSize;
        var tag = AesGcm.TagByteSizes.MaxSize;
        return (wrapped[..nonce], wrapped.Slice(nonce, tag), wrapped[(nonce + tag)..]);
    }
}
