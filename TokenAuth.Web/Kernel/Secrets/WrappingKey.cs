using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Secrets;

/// <summary>The 256-bit key that wraps the key ring.</summary>
internal sealed class WrappingKey(TokenAuthOptions options)
{
    public const int Bytes = KeyRingOptions.KeyBytes;

    /// <summary>The name of the XML element that holds what a key has wrapped.</summary>
    public const string Element = "wrapped";

    private readonly Lazy<byte[]> _key = new(() => options.KeyRing.WrappingKey is { } configured
        ? Convert.FromBase64String(configured)
        : Checked(FileIn(options), PrivateFiles.ReadOrCreate(FileIn(options), () => RandomNumberGenerator.GetBytes(Bytes))));

    /// <summary>A key that is not the configured one.</summary>
    public static WrappingKey Of(string text) => new(new TokenAuthOptions { KeyRing = new KeyRingOptions { WrappingKey = text } });

    /// <summary>Where it is when none is configured.</summary>
    public string File => FileIn(options);

    /// <summary>Whether this key wrapped what is secret in a key of the ring. Makes none where there is none.</summary>
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

    public byte[] Wrap(ReadOnlySpan<byte> plain)
    {
        var wrapped = new byte[AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plain.Length];
        var (nonce, tag, cipher) = Parts(wrapped);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(_key.Value, tag.Length);
        aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span);
        return wrapped;
    }

    public byte[] Unwrap(byte[] wrapped)
    {
        var (nonce, tag, cipher) = Parts(wrapped);
        var plain = new byte[cipher.Length];
        using var aes = new AesGcm(_key.Value, tag.Length);
        aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain);
        return plain;
    }

    /// <summary>A secret for one purpose, the same on every node that has this key, as 64 hexadecimal digits.</summary>
    public string Derive(string purpose) => Convert.ToHexStringLower(HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes(purpose)));

    public static string FileIn(TokenAuthOptions options) => Path.Combine(options.DataDirectory, "keyring.key");

    private static byte[] Checked(string file, byte[] key) => key.Length == Bytes ? key
        : throw new SettingsException("TokenAuth:KeyRing:WrappingKey", $"{file} has {key.Length} bytes and not {Bytes}; put the store's own back");

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Parts(Memory<byte> wrapped)
    {
        var nonce = AesGcm.NonceByteSizes.MaxSize;
        var tag = AesGcm.TagByteSizes.MaxSize;
        return (wrapped[..nonce], wrapped.Slice(nonce, tag), wrapped[(nonce + tag)..]);
    }
}
