using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.DataProtection;

/// <summary>The keys that secrets are encrypted with: in the store, but of no use to who has the store alone.</summary>
public sealed class KeyRingTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("tokenauth-test-");
    private readonly TestClock _clock = new();

    [Fact]
    public async Task The_ring_is_in_the_store_and_wrapped_by_a_file_of_the_data_directory()
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
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        }
    }

    [Fact]
    public void The_data_directory_is_made_where_a_store_elsewhere_has_not_needed_it_yet()
    {
        Assert.False(Directory.Exists(Data));

        new WrappingKey(new TokenAuthOptions { DataDirectory = Data }).Wrap("plain"u8);

        Assert.Equal(WrappingKey.Bytes, new FileInfo(KeyFile).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
    }

    [Fact]
    public async Task Each_key_is_wrapped_so_that_changing_a_bit_of_it_is_noticed()
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
    public async Task What_was_encrypted_before_a_restart_can_be_read_after_it()
    {
        string kept;
        await using (var before = await StartAsync())
            kept = before.Get<SecretProtector>().Protect("secret");

        await using var after = await StartAsync();

        Assert.Equal("secret", after.Get<SecretProtector>().Unprotect(kept));
        Assert.Equal(1, await after.CountAsync("key_ring"));
    }

    [Fact]
    public async Task Another_node_that_has_the_same_wrapping_key_reads_it_at_once()
    {
        await using var node = await StartAsync();
        await using var other = await StartAsync();

        Assert.Equal("secret", other.Get<SecretProtector>().Unprotect(node.Get<SecretProtector>().Protect("secret")));
    }

    [Fact]
    public async Task A_configured_wrapping_key_makes_the_file_unnecessary()
    {
        var configured = Convert.ToBase64String(RandomNumberGenerator.GetBytes(WrappingKey.Bytes));
        string kept;
        await using (var before = await StartAsync(configured))
            kept = before.Get<SecretProtector>().Protect("secret");

        await using var after = await StartAsync(configured);

        Assert.Equal("secret", after.Get<SecretProtector>().Unprotect(kept));
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task It_can_be_wrapped_by_another_key_which_then_reads_everything_and_the_old_one_nothing()
    {
        var successor = Convert.ToBase64String(RandomNumberGenerator.GetBytes(WrappingKey.Bytes));
        string kept;
        await using (var before = await StartAsync())
        {
            kept = before.Get<SecretProtector>().Protect("secret");
            Assert.Equal(1, await before.Get<KeyRing>().RewrapAsync(WrappingKey.Of(successor), default));
        }

        await AssertRefusedAsync(configured: null);
        await using var after = await StartAsync(successor);
        Assert.Equal("secret", after.Get<SecretProtector>().Unprotect(kept));
    }

    [Fact]
    public async Task Without_its_wrapping_key_the_ring_is_not_replaced_but_the_start_fails_and_says_what_is_missing()
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

    /// <summary>As the server and the command line start.</summary>
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
        (await node.Store.ReadAsync(connection => connection.FirstAsync("SELECT xml FROM key_ring", row => row.GetString(0))))!;
}
