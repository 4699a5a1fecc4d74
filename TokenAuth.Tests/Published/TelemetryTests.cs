using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>Metrics go where the standard variable says, and nowhere without it.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class TelemetryTests(PublishedCopy copy)
{
    [Fact]
    public async Task With_an_endpoint_a_handshake_is_counted_there_and_no_token_is_sent()
    {
        await using var collector = await Collector.StartAsync();
        await using var cast = await copy.CastAsync();
        var server = await cast.Installation.ServeAsync(
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
        ]);
        using var wire = new Wire();
        using var alice = await Person.SignInAsync(server.Http, PublishedFixture.Alice, PublishedInstallation.Password);
        var token = (await wire.CreateTokenAsync(server.Http, cast.Gallery)).GetString()!;
        Assert.True(await alice.AllowAsync(server.Http, cast.Gallery, token));
        var session = (await wire.GetSessionAsync(server.Http, cast.Gallery, token)).Text("session_key");
        await wire.LoggedInUserAsync(server.Http, cast.Gallery, session);

        string[] counted =
        [
            "tokenauth.handshakes.opened", "tokenauth.handshakes.confirmed", "tokenauth.handshakes.exchanged",
            "tokenauth.sessions.issued", "tokenauth.sessions.checked", "tokenauth.sign_ins",
        ];
        await PublishedServer.UntilAsync(
            () => Task.FromResult(counted.All(name => collector.Received("/v1/metrics").Contains(name, StringComparison.Ordinal))), TimeSpan.FromSeconds(20));
        Assert.Equal(0, (await server.StopAsync()).Status);
        foreach (var confidential in new[] { token, session, cast.Gallery.ApiKey, cast.Gallery.Secret, PublishedFixture.Alice })
            Assert.DoesNotContain(confidential, collector.Received(""), StringComparison.Ordinal);
    }

    /// <summary>
    /// Whatever the process sends by http, wherever to, would go through this proxy; what it had not sent yet, it would send when it ends.
    /// </summary>
    [Fact]
    public async Task Without_an_endpoint_nothing_is_sent()
    {
        await using var collector = await Collector.StartAsync();
        await using var cast = await copy.CastAsync();
        var server = await cast.Installation.ServeAsync(
        [
            ("http_proxy", collector.Address), ("no_proxy", ""),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
        ]);
        using var wire = new Wire();
        await wire.CreateTokenAsync(server.Http, cast.Gallery);
        Assert.Equal(0, (await server.StopAsync()).Status);

        Assert.Empty(collector.Received(""));
    }

    /// <summary>Keeps what is posted to it; names are plain text in protocol buffers.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        private readonly List<(string Path, string Body)> _received = [];

        public string Address => app.Urls.Single();

        public static async Task<Collector> StartAsync()
        {
            var app = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]).Build();
            var collector = new Collector(app);
            app.MapPost("/{**path}", collector.ReceiveAsync);
            await app.StartAsync();
            return collector;
        }

        public string Received(string path)
        {
            lock (_received)
                return string.Concat(_received.Where(post => post.Path.StartsWith(path, StringComparison.Ordinal)).Select(post => post.Body));
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task ReceiveAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            lock (_received)
                _received.Add((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        }
    }
}
