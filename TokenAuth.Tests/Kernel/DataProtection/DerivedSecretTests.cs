using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Tests.Kernel.DataProtection;

/// <summary>Secrets that every node derives from the wrapping key, so that none has to be stored.</summary>
public sealed class DerivedSecretTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, WrappingKey.Bytes).Select(i => (byte)i)];

    [Fact]
    public void The_secret_is_the_hmac_of_the_purpose()
    {
        Assert.Equal(
            Convert.ToHexStringLower(HMACSHA256.HashData(Bytes, Encoding.UTF8.GetBytes("für 1"))),
            Key(Bytes).Derive("für 1"));
        Assert.Matches("^[0-9a-f]{64}$", Key(Bytes).Derive(""));
    }

    [Fact]
    public void The_secret_is_the_same_on_every_node_and_differs_by_purpose_and_key()
    {
        byte[] other = [.. Bytes];
        other[0] ^= 1;

        Assert.Equal(Key(Bytes).Derive("a"), Key(Bytes).Derive("a"));
        Assert.NotEqual(Key(Bytes).Derive("a"), Key(Bytes).Derive("b"), StringComparer.Ordinal);
        Assert.NotEqual(Key(Bytes).Derive("a"), Key(other).Derive("a"), StringComparer.Ordinal);
    }

    [Fact]
    public void Without_a_configured_key_the_secret_comes_from_the_file_which_is_made_once()
    {
        var directory = Directory.CreateTempSubdirectory("tokenauth-test-");
        try
        {
            var options = new TokenAuthOptions { DataDirectory = directory.FullName };
            var first = new WrappingKey(options);

            Assert.Equal(first.Derive("a"), new WrappingKey(options).Derive("a"));
            Assert.Equal(Key(File.ReadAllBytes(first.File)).Derive("a"), first.Derive("a"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static WrappingKey Key(byte[] bytes) =>
        new(new TokenAuthOptions { KeyRing = { WrappingKey = Convert.ToBase64String(bytes) } });
}
