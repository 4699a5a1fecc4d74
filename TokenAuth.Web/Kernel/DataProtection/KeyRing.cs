using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.DataProtection;

/// <summary>
/// The Data Protection key ring in the store, shared by all nodes. Each key is wrapped (AES-256-GCM) by the wrapping
/// key, which is not in the store: it comes from <c>TokenAuth:KeyRing:WrappingKey</c> or from a file in the data
/// directory.
/// The folder <c>DataProtection</c> owns the key ring. It must not know what the keys encrypt.
/// </summary>
internal sealed class KeyRing(Store store, WrappingKey wrapping, FailureLog failures)
    : IXmlRepository, IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options)
    {
        options.XmlRepository = this;
        options.XmlEncryptor = new WrappingEncryptor(wrapping);
    }

    /// <summary>
    /// Refuses a wrapping key that does not open the ring. Otherwise Data Protection would create a second ring, and no
    /// secret in the store could be read.
    /// </summary>
    public async Task EnsureOpensAsync()
    {
        if (!await OpensAsync())
        {
            throw new SettingsException(
                "TokenAuth:KeyRing:WrappingKey",
                $"the store's key ring was wrapped by another key; configure that one, or put back {wrapping.File}");
        }
    }

    /// <summary>Checks whether the wrapping key opens every key of the ring.</summary>
    public async Task<bool> OpensAsync() => (await ReadAsync()).All(wrapping.Opens);

    /// <summary>
    /// Wraps every key with a new wrapping key, in one transaction. Nodes that run with the old one must be restarted
    /// with the new one.
    /// </summary>
    /// <returns>The number of keys.</returns>
    public async Task<int> RewrapAsync(WrappingKey successor, CancellationToken cancellation)
    {
        await EnsureOpensAsync();
        return await store.WriteAsync(
            async connection =>
            {
                var rows = await connection.ListAsync(
                    "SELECT id, xml FROM key_ring", row => (Id: row.GetInt64(0), Xml: row.GetString(1)));
                foreach (var (id, before) in rows)
                {
                    var xml = Parse(before);
                    if (!wrapping.Opens(xml))
                        throw Superseded();
                    foreach (var wrapped in xml.Descendants(WrappingKey.Element))
                    {
                        var plain = wrapping.Unwrap(Convert.FromBase64String(wrapped.Value));
                        wrapped.Value = Convert.ToBase64String(successor.Wrap(plain));
                    }

                    var changed = await connection.ExecuteAsync(
                        "UPDATE key_ring SET xml = @xml WHERE id = @id AND xml = @before",
                        ("@xml", xml.ToString(SaveOptions.DisableFormatting)), ("@id", id), ("@before", before));
                    if (changed == 0)
                        throw Superseded();
                }

                return rows.Count;
            },
            cancellation);
    }

    public async Task<bool> IsEmptyAsync() => (await ReadAsync()).Count == 0;

    // Data Protection reads synchronously, once at the start and then once a day.
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

    public void StoreElement(XElement element, string friendlyName) =>
        store.WriteAsync(connection => connection.ExecuteAsync(
            "INSERT INTO key_ring (friendly_name, xml) VALUES (@name, @xml)",
            ("@name", friendlyName), ("@xml", element.ToString(SaveOptions.DisableFormatting))))
            .AsTask().GetAwaiter().GetResult();

    private ValueTask<List<XElement>> ReadAsync() => store.ReadAsync(connection => connection.ListAsync(
        "SELECT xml FROM key_ring ORDER BY id", row => Parse(row.GetString(0))));

    /// <exception cref="StoreRefusedException">The text is not XML.</exception>
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

    private static StoreRefusedException Superseded() =>
        new("The key ring was wrapped by another key meanwhile: another db rewrap was faster.");
}
