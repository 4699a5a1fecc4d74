using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Kernel.Telemetry;

/// <summary>Prometheus reads the metrics on a listener of their own, which has nothing else.</summary>
public sealed class MetricsListenerTests
{
    private const string Anywhere = "--TokenAuth:Metrics:Url=http://127.0.0.1:0";

    [Fact]
    public async Task What_happens_is_counted_by_dialect_without_names_tokens_or_addresses()
    {
        await using var world = await TestWorld.StartAsync(Anywhere);
        using var client = new PeopleAggregatorClient(world.Server.Http);
        var token = await client.TokenAsync("alice");
        await client.CheckAsync(token);
        await client.CheckAsync(token);
        await client.CheckAsync("not a token of ours");
        using var browser = await FormBrowser.SignedInAsync(world.Server, world.Alice);

        var metrics = await ScrapeAsync(world.Server);

        Assert.Contains(
            "tokenauth_sessions_checked_total{dialect=\"peopleaggregator\",good=\"true\"} 2\n", metrics,
            StringComparison.Ordinal);
        Assert.Contains(
            "tokenauth_faults_total{dialect=\"peopleaggregator\",kind=\"SessionUnusable\"} 1\n", metrics,
            StringComparison.Ordinal);
        Assert.Contains(
            "tokenauth_sign_ins_total{dialect=\"browser\",outcome=\"right\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains(
            "tokenauth_call_duration_seconds_count{dialect=\"peopleaggregator\"} 4\n", metrics,
            StringComparison.Ordinal);
        Assert.Contains(
            "tokenauth_page_duration_seconds_count{route=\"signin\",status=\"302\"} 1\n", metrics,
            StringComparison.Ordinal);
        Assert.Contains("tokenauth_cache_lookups_total{hit=\"true\"} ", metrics, StringComparison.Ordinal);
        Assert.Contains("tokenauth_queue_length{queue=\"passwords\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("tokenauth_queue_length{queue=\"events\"} ", metrics, StringComparison.Ordinal);
        Assert.Contains("tokenauth_store_breaker_open{} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_memory_working_set_bytes{} ", metrics, StringComparison.Ordinal);
        Assert.All(
            ["alice", token, "not a token", "127.0.0.1", "authToken"],
            secret => Assert.DoesNotContain(secret, metrics, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Writes_that_share_a_transaction_are_one_batch()
    {
        await using var world = await TestWorld.StartAsync(Anywhere);
        using var client = new PeopleAggregatorClient(world.Server.Http);
        await client.TokenAsync("alice");

        var metrics = await ScrapeAsync(world.Server);

        var (units, batches) = (Value(metrics, "tokenauth_store_units_total{kind=\"write\"}"),
            Value(metrics, "tokenauth_store_batches_total{kind=\"write\"}"));
        Assert.InRange(batches, 1, units);
        Assert.True(Value(metrics, "tokenauth_store_units_total{kind=\"read\"}") > 0);
    }

    [Fact]
    public async Task Nothing_but_metrics_answers_there_and_metrics_answer_nowhere_else()
    {
        await using var server = await LiveServer.StartAsync(
            Anywhere, "--TokenAuth:PublicUrl=https://auth.example.test", "--TokenAuth:Maintenance=true");
        using var http = LiveServer.CreateClient();
        var there = server.Services.GetRequiredService<MetricsListener>().Address;

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Head, "/metrics"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await StatusAsync(HttpMethod.Post, "/metrics"));
        foreach (var path in new[]
        {
            "/", "/signin", "/health/live", "/api.php", "/metrics/", "//metrics", "/css/site.css",
        })
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, path));

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http, "/metrics"))
        {
            Headers = { Host = "auth.example.test" },
        };
        using var publicly = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, publicly.StatusCode);

        async Task<HttpStatusCode> StatusAsync(HttpMethod verb, string path)
        {
            using var asked = new HttpRequestMessage(verb, $"{there.AbsoluteUri.TrimEnd('/')}{path}");
            using var response = await http.SendAsync(asked);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Another_server_in_the_process_is_not_counted()
    {
        await using var busy = await TestWorld.StartAsync();
        await using var idle = await LiveServer.StartAsync(Anywhere);
        using var client = new PeopleAggregatorClient(busy.Server.Http);
        await client.TokenAsync("alice");

        Assert.DoesNotContain("tokenauth_sign_ins_total", await ScrapeAsync(idle), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_option_there_is_no_listener_and_nothing_is_collected()
    {
        await using var server = await LiveServer.StartAsync();

        Assert.Null(server.Services.GetService<MetricsListener>());
        Assert.Null(server.Services.GetService<MeterProvider>());
    }

    [Fact]
    public async Task A_busy_address_stops_the_start_with_one_line_that_names_the_option()
    {
        await using var first = await LiveServer.StartAsync(Anywhere);
        var taken = first.Services.GetRequiredService<MetricsListener>().Address;

        var failure = await Assert.ThrowsAsync<SettingsException>(
            () => LiveServer.StartAsync($"--TokenAuth:Metrics:Url=http://127.0.0.1:{taken.Port}"));

        Assert.Equal(
            $"TokenAuth:Metrics:Url: Failed to bind to address http://127.0.0.1:{taken.Port}: address already in use.",
            failure.Message);
    }

    private static long Value(string metrics, string series) => long.Parse(
        metrics.Split('\n').Single(line => line.StartsWith(series, StringComparison.Ordinal))[series.Length..]);

    private static async Task<string> ScrapeAsync(LiveServer server)
    {
        using var http = LiveServer.CreateClient();
        return await http.GetStringAsync(
            new Uri(server.Services.GetRequiredService<MetricsListener>().Address, "/metrics"));
    }
}
