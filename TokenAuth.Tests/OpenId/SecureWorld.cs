using TokenAuth.Kernel.Configuration;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.OpenId;

/// <summary>
/// A server that calls itself by its https address, with a certificate that programs check: they trust the root alone.
/// Its clock shows the machine's time, which programs compare with.
/// </summary>
internal sealed class SecureWorld : IAsyncDisposable
{
    private readonly CertificateAuthority _authority;

    private SecureWorld(CertificateAuthority authority, TestWorld world) => (_authority, World) = (authority, world);

    public TestWorld World { get; }

    public CertificateAuthority Authority => _authority;

    /// <summary>The address of the server, and the issuer.</summary>
    public Uri Address => World.Server.Https;

    /// <summary>The variables by which programs learn of the root: curl, Python's libraries, Node.js.</summary>
    public Dictionary<string, string> Trust => new(StringComparer.Ordinal)
    {
        ["CURL_CA_BUNDLE"] = _authority.Root,
        ["REQUESTS_CA_BUNDLE"] = _authority.Root,
        ["SSL_CERT_FILE"] = _authority.Root,
        ["NODE_EXTRA_CA_CERTS"] = _authority.Root,
        ["NO_PROXY"] = "*",
    };

    public static async Task<SecureWorld> StartAsync()
    {
        var authority = new CertificateAuthority();
        var world = await OnFreePortAsync(authority);
        world.Clock.Advance(TimeProvider.System.GetUtcNow() - world.Clock.GetUtcNow());
        return new SecureWorld(authority, world);
    }

    /// <summary>Another process may take the port first. Then the next one is tried.</summary>
    private static async Task<TestWorld> OnFreePortAsync(CertificateAuthority authority)
    {
        for (var attempt = 1; ; attempt++)
        {
            var address = $"https://127.0.0.1:{Tool.FreePort()}";
            try
            {
                return await TestWorld.StartAsync(
                    $"--urls=http://127.0.0.1:0;{address}", $"--TokenAuth:PublicUrl={address}",
                    $"--Kestrel:Certificates:Default:Path={authority.Chain}",
                    $"--Kestrel:Certificates:Default:KeyPath={authority.Key}");
            }
            catch (SettingsException) when (attempt < 5)
            {
            }
        }
    }

    /// <summary>Signs Alice in on the pages.</summary>
    public Task<FormBrowser> AliceAsync() =>
        FormBrowser.SignedInAsync(Address, World.Alice.Login, TestWorld.Password);

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        _authority.Dispose();
    }
}
