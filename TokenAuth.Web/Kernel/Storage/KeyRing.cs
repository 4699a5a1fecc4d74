using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// The Data Protection key ring in the store, so that all nodes share it; each key is wrapped (AES-256-GCM) by a
/// key that is not in the store: from <c>TokenAuth:KeyRing:WrappingKey</c>, or a file in the data directory.
/// </summary>
internal sealed class KeyRing(Store store, WrappingKey wrapping, FailureLog failures) : IXmlRepository, IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options)
    {
        options.XmlRepository = this;
        options.XmlEncryptor = new WrappingEncryptor(wrapping);
    }

    /// <summary>
    /// Refuses a wrapping key that is not the one of the ring. Data Protection would make a new ring beside it and go on,
    /// while every secret in the store could no longer be read.
    /// </summary>
    public async Task EnsureOpensAsync()
    {
        if (!await OpensAsync())
            throw new SettingsException("TokenAuth:KeyRing:WrappingKey", $"the store's key ring was wrapped by another key; configure that one, or put back {wrapping.File}");
    }

    /// <summary>Whether the wrapping key is the ring's.</summary>
    public async Task<bool> OpensAsync() => (await ReadAsync()).All(wrapping.Opens);

    /// <summary>Wraps every key anew, in one transaction. What runs with the old wrapping key has to be started with the new one.</summary>
    /// <returns>How many keys there are.</returns>
    public async Task<int> RewrapAsync(WrappingKey successor, CancellationToken cancellation)
    {
        await EnsureOpensAsync();
        return await store.WriteAsync(
            async connection =>
            {
                var rows = await connection.ListAsync("SELECT id, xml FROM key_ring", row => (Id: row.GetInt64(0), Xml: row.GetString(1)));
                foreach (var (id, before) in rows)
                {
                    var xml = Parse(before);
                    if (!wrapping.Opens(xml))
                        throw Overtaken();
                    foreach (var wrapped in xml.Descendants(WrappingEncryptor.Element))
                        wrapped.Value = Convert.ToBase64String(successor.Wrap(wrapping.Unwrap(Convert.FromBase64String(wrapped.Value))));
                    var changed = await connection.ExecuteAsync(
                        "UPDATE key_ring SET xml = @xml WHERE id = @id AND xml = @before",
                        ("@xml", xml.ToString(SaveOptions.DisableFormatting)), ("@id", id), ("@before", before));
                    if (changed == 0)
                        throw Overtaken();
                }

                return rows.Count;
            },
            cancellation);
    }

    public async Task<bool> IsEmptyAsync() => (await ReadAsync()).Count == 0;

    // Data Protection asks synchronously, once at start and then once a day.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        try
        {
            return ReadAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (Exception failure) when (StoreUnavailableException.IsBehind(failure))
        {
            failures.StoreFailed("the key ring", failure);
            throw;
        }
    }

    public void StoreElement(XElement element, string friendlyName) => store.WriteAsync(connection => connection.ExecuteAsync(
        "INSERT INTO key_ring (friendly_name, xml) VALUES (@name, @xml)",
        ("@name", friendlyName), ("@xml", element.ToString(SaveOptions.DisableFormatting)))).AsTask().GetAwaiter().GetResult();

    private ValueTask<List<XElement>> ReadAsync() => store.ReadAsync(connection => connection.ListAsync(
        "SELECT xml FROM key_ring ORDER BY id", row => Parse(row.GetString(0))));

    /// <exception cref="StoreRefusedException">It is no XML.</exception>
    public static XElement Parse(string xml)
    {
        try
        {
            return XElement.Parse(xml);
        }
        catch (XmlException damaged)
        {
            throw new StoreRefusedException($"The store is damaged: a row of key_ring is no XML: {damaged.Message}");
        }
    }

    private static StoreRefusedException Overtaken() => new("The key ring was wrapped by another key meanwhile: another db rewrap was faster.");
}

/// <summary>The 256-bit key that wraps the key ring.</summary>
internal sealed class WrappingKey(TokenAuthOptions options)
{
    public const int Bytes = 32;

    private readonly Lazy<byte[]> _key = new(() => options.KeyRing.WrappingKey is { } configured
        ? Convert.FromBase64String(configured)
        : Checked(FileIn(options), PrivateFiles.ReadOrMake(FileIn(options), () => RandomNumberGenerator.GetBytes(Bytes))));

    /// <summary>Whether a text is a key: 32 bytes in base64.</summary>
    public static bool IsKey(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out var bytes) && bytes == Bytes;

    /// <summary>A key that is not the configured one.</summary>
    public static WrappingKey Of(string text) => new(new TokenAuthOptions { KeyRing = new KeyRingOptions { WrappingKey = text } });

    /// <summary>Where it is when none is configured.</summary>
    public string File => FileIn(options);

    /// <summary>Whether this key wrapped what is secret in a key of the ring. Makes none where there is none.</summary>
    public bool Opens(XElement key) => key.Descendants(WrappingEncryptor.Element).All(element =>
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

internal sealed class WrappingEncryptor(WrappingKey key) : IXmlEncryptor
{
    public const string Element = "wrapped";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement(Element, Convert.ToBase64String(key.Wrap(Encoding.UTF8.GetBytes(plaintextElement.ToString())))),
        typeof(WrappingDecryptor));
}

/// <summary>Made by Data Protection, which names this type in the stored XML.</summary>
internal sealed class WrappingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(Encoding.UTF8.GetString(
        services.GetRequiredService<WrappingKey>().Unwrap(Convert.FromBase64String(encryptedElement.Value))));
}
