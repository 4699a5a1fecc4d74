using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.DataProtection;

/// <summary>The keys that encrypt secrets. They are in the store, but useless without the wrapping key.</summary>
public sealed class KeyRingTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("tokenauth-test-");
    private readonly TestClock _clock = new();

    [Fact]
    public async Task The_store_holds_the_ring_wrapped_by_a_file_of_the_data_directory()
    {
        await using var node = await StartAsync();
        node.Get<SecretProtector>().Protect("secret");

        var stored = await RingAsync(node);
        var wrapped = XElement.Parse(stored).Descendants("wrapped").Single().Value;
        var plain = Encoding.UTF8.GetString(node.Get<WrappingKey>().Unwrap(Convert.FromBase64String(wrapped)));
        var masterKey = XElement.Parse(plain).Descendants("value").Single().Value;

        Assert.Equal(1, await node.CountAsync("key_ring"));
        Assert.True(Convert.FromBase64String(masterKey).Length >= 32);
        Assert.DoesNotContain(masterKey, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", stored, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(WrappingKey.Bytes, new FileInfo(KeyFile).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        }
    }

    [Fact]
    public void The_wrapping_key_makes_the_data_directory_if_it_is_missing()
    {
        Assert.False(Directory.Exists(Data));

        new WrappingKey(new TokenAuthOptions { DataDirectory = Data }).Wrap("plain"u8);

        Assert.Equal(WrappingKey.Bytes, new FileInfo(KeyFile).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
    }

    [Fact]
    public async Task Wrapping_detects_any_changed_bit()
    {
        await using var node = await StartAsync();
        var key = node.Get<WrappingKey>();
        var wrapped = key.Wrap("plain"u8);

        Assert.Equal("plain"u8.ToArray(), key.Unwrap(wrapped));
        Assert.NotEqual(wrapped, key.Wrap("plain"u8));
        for (var i = 0; i < wrapped.Length; i++)
        {
            wrapped[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => key.Unwrap(wrapped));
            wrapped[i] ^= 1;
        }
    }

    [Fact]
    public async Task A_secret_encrypted_before_a_restart_is_readable_after_it()
    {
        string encrypted;
        await using (var before = await StartAsync())
            encrypted = before.Get<SecretProtector>().Protect("secret");

        await using var after = await StartAsync();

        Assert.Equal("secret", after.Get<SecretProtector>().Unprotect(encrypted));
        Assert.Equal(1, await after.CountAsync("key_ring"));
    }

    [Fact]
    public async Task Another_node_with_the_same_wrapping_key_reads_a_secret_immediately()
    {
        await using var node = await StartAsync();
        await using var other = await StartAsync();

        Assert.Equal("secret", other.Get<SecretProtector>().Unprotect(node.Get<SecretProtector>().Protect("secret")));
    }

    [Fact]
    public async Task A_configured_wrapping_key_replaces_the_file()
    {
        var configured = Convert.ToBase64String(RandomNumberGenerator.GetBytes(WrappingKey.Bytes));
        string encrypted;
        await using (var before = await StartAsync(configured))
            encrypted = before.Get<SecretProtector>().Protect("secret");

        await using var after = await StartAsync(configured);

        Assert.Equal("secret", after.Get<SecretProtector>().Unprotect(encrypted));
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task After_rewrapping_only_the_new_key_opens_the_ring()
    {
        var successor = Convert.ToBase64String(RandomNumberGenerator.GetBytes(WrappingKey.Bytes));
        string encrypted;
        await using (var before = await StartAsync())
        {
            encrypted = before.Get<SecretProtector>().Protect("secret");
            Assert.Equal(1, await before.Get<KeyRing>().RewrapAsync(WrappingKey.Of(successor), default));
        }

        await AssertRefusedAsync(configured: null);
        await using var after = await StartAsync(successor);
        Assert.Equal("secret", after.Get<SecretProtector>().Unprotect(encrypted));
    }

    [Fact]
    public async Task Without_its_wrapping_key_the_ring_stays_and_the_start_fails_with_a_clear_message()
    {
        string ring;
        await using (var before = await StartAsync())
        {
            before.Get<SecretProtector>().Protect("secret");
            ring = await RingAsync(before);
        }

        var key = await File.ReadAllBytesAsync(KeyFile);
        File.Delete(KeyFile);
        await AssertRefusedAsync(configured: null);
        Assert.False(File.Exists(KeyFile));

        await AssertRefusedAsync(Convert.ToBase64String(new byte[WrappingKey.Bytes]));
        await File.WriteAllBytesAsync(KeyFile, new byte[WrappingKey.Bytes]);
        await AssertRefusedAsync(configured: null);
        await File.WriteAllBytesAsync(KeyFile, [1, 2, 3]);
        await AssertRefusedAsync(configured: null);

        await File.WriteAllBytesAsync(KeyFile, key);
        await using var after = await StartAsync();
        Assert.Equal(ring, await RingAsync(after));
    }

    public void Dispose() => _parent.Delete(recursive: true);

    private string Data => Path.Combine(_parent.FullName, "data");

    private string KeyFile => Path.Combine(Data, "keyring.key");

    private async Task AssertRefusedAsync(string? configured)
    {
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => StartAsync(configured));

        Assert.Contains("TokenAuth:KeyRing:WrappingKey", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(KeyFile, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    /// <summary>Starts a node as the server and the commands do.</summary>
    private async Task<StoreNode> StartAsync(string? wrappingKey = null)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["TokenAuth:DataDirectory"] = Data };
        if (wrappingKey is not null)
            settings["TokenAuth:KeyRing:WrappingKey"] = wrappingKey;
        var node = new StoreNode(settings, _clock);
        try
        {
            await node.Store.MigrateAsync();
            await node.Get<KeyRing>().EnsureOpensAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> RingAsync(StoreNode node) =>
        (await node.Store.ReadAsync(
            connection => connection.FirstAsync("SELECT xml FROM key_ring", row => row.GetString(0))))!;
}
