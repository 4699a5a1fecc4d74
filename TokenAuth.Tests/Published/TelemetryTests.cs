using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>Metrics are sent to the endpoint in the standard variable, and nowhere without it.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class TelemetryTests(PublishedCopy copy)
{
    [Fact]
    public async Task A_handshake_is_counted_at_the_configured_endpoint_and_no_token_is_sent()
    {
        await using var collector = await Collector.StartAsync();
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync(
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
        ]);
        using var wire = new Wire();
        using var alice = await FormBrowser.SignedInAsync(
            server.Http, PublishedFixture.Alice, PublishedInstallation.Password);
        var token = (await wire.CreateTokenAsync(server.Http, fixture.Gallery)).GetString()!;
        Assert.True(await alice.AllowAsync(server.Http, fixture.Gallery, token));
        var session = (await wire.GetSessionAsync(server.Http, fixture.Gallery, token)).Text("session_key");
        await wire.LoggedInUserAsync(server.Http, fixture.Gallery, session);

        string[] counted =
        [
            "tokenauth.handshakes.opened", "tokenauth.handshakes.confirmed", "tokenauth.handshakes.exchanged",
            "tokenauth.sessions.issued", "tokenauth.sessions.checked", "tokenauth.sign_ins",
        ];
        await PublishedServer.UntilAsync(
            () => Task.FromResult(
                counted.All(name => collector.Received("/v1/metrics").Contains(name, StringComparison.Ordinal))),
            TimeSpan.FromSeconds(20));
        Assert.Equal(0, (await server.StopAsync()).Status);
        foreach (var confidential in new[]
        {
            token, session, fixture.Gallery.ApiKey, fixture.Gallery.Secret, PublishedFixture.Alice,
        })
            Assert.DoesNotContain(confidential, collector.Received(""), StringComparison.Ordinal);
    }

    /// <summary>
    /// All http requests of the process would go through this proxy. A process sends its pending metrics when it ends.
    /// </summary>
    [Fact]
    public async Task Without_an_endpoint_nothing_is_sent()
    {
        await using var collector = await Collector.StartAsync();
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync(
        [
            ("http_proxy", collector.Address), ("no_proxy", ""),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
        ]);
        using var wire = new Wire();
        await wire.CreateTokenAsync(server.Http, fixture.Gallery);
        Assert.Equal(0, (await server.StopAsync()).Status);

        Assert.Empty(collector.Received(""));
    }
}
