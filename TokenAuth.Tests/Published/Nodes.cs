using System.Security.Cryptography;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>
/// Two published nodes behind a real nginx, on their own PostgreSQL with fsync enabled, and optionally a standby.
/// </summary>
internal sealed class Nodes : IAsyncDisposable
{
    private readonly List<PublishedInstallation> _installations = [];
    private readonly int[] _ports = [Tool.FreePort(), Tool.FreePort()];
    private ProxyServer? _nginx;

    private Nodes(PostgreSqlCluster primary, PostgreSqlCluster? standby) => (Primary, Standby) = (primary, standby);

    public PostgreSqlCluster Primary { get; }

    public PostgreSqlCluster? Standby { get; }

    public PublishedServer[] Servers { get; } = new PublishedServer[2];

    /// <summary>The address that clients call. Each call goes to the next node.</summary>
    public Uri Front => _nginx!.Address;

    public App Gallery { get; private set; } = null!;

    /// <summary>An API key of Alice's.</summary>
    public string Key { get; private set; } = "";

    public static async Task<Nodes> StartAsync(PublishedCopy copy, bool withStandby = false)
    {
        Tool.Need("nginx");
        var primary = await PostgreSqlCluster.StartAsync(isDurable: true);
        var nodes = new Nodes(primary, withStandby ? await primary.AddStandbyAsync("standby") : null);
        var hosts = nodes.Standby is { } standby
            ? $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}"
            : $"127.0.0.1:{primary.Port}";
        (string, string)[] configuration =
        [
            ("TokenAuth__Database__Provider", "PostgreSql"),
            ("ConnectionStrings__TokenAuth", $"Host={hosts};Username=tokenauth;Database=postgres"),
            ("TokenAuth__KeyRing__WrappingKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            ("TokenAuth__Proxies", "127.0.0.1"),
        ];
        nodes._installations.AddRange(
            [new PublishedInstallation(copy, configuration), new PublishedInstallation(copy, configuration)]);

        // Both start together. One node migrates.
        await Task.WhenAll(nodes.StartNodeAsync(0), nodes.StartNodeAsync(1));
        Assert.Equal(1L, await nodes.Primary.ScalarAsync<long>("SELECT count(*) FROM key_ring"));
        await nodes._installations[0].AddAccountAsync(PublishedFixture.Alice);
        nodes.Gallery = await nodes._installations[1].AddAppAsync(
            "Gallery", "--kind", "web", "--callback", "http://gallery.example.test/");
        nodes.Key =
            (await nodes.RunAsync("account", "key", PublishedFixture.Alice, "back-up", "--json")).Json().Text("key");
        nodes._nginx = await Nginx.StartAsync(listen =>
            $$"""
            upstream nodes {
              server 127.0.0.1:{{nodes._ports[0]}} fail_timeout=1s;
              server 127.0.0.1:{{nodes._ports[1]}} fail_timeout=1s;
            }
            server {
              listen {{listen}};
              location / {
                proxy_pass http://nodes;
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Proto $scheme;
              }
            }

            """);
        return nodes;
    }

    public async Task StartNodeAsync(int index) =>
        Servers[index] = await _installations[index].ServeAsync($"--urls=http://127.0.0.1:{_ports[index]}");

    public Task<FormBrowser> SignInAsync() =>
        FormBrowser.SignedInAsync(Front, PublishedFixture.Alice, PublishedInstallation.Password);

    public Task<Finished> RunAsync(params string[] arguments) => _installations[0].RunAsync(arguments);

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
            await _nginx.DisposeAsync();
        foreach (var installation in _installations)
            await installation.DisposeAsync();
        if (Standby is not null)
            await Standby.DisposeAsync();
        await Primary.DisposeAsync();
    }
}
