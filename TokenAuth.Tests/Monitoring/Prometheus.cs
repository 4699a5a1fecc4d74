using System.Text.Json;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Monitoring;

/// <summary>A Prometheus server that scrapes one node every 200 ms and evaluates the alert rules.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private readonly ProxyServer _server;
    private readonly HttpClient _http = LiveServer.CreateClient();

    private Prometheus(ProxyServer server) => _server = server;

    public static async Task<Prometheus> StartAsync(Uri node, string rules) =>
        new(await ProxyServer.StartAsync("prometheus", async (directory, port) =>
        {
            var path = Path.Combine(directory, "prometheus.yml");
            await File.WriteAllTextAsync(
                path,
                $"""
                global: {"{"} scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms {"}"}
                rule_files: ["{rules}"]
                scrape_configs:
                  - job_name: tokenauth
                    static_configs: [{"{"} targets: ["{node.Authority}"] {"}"}]

                """);
            return
            [
                $"--config.file={path}", $"--storage.tsdb.path={directory}/data",
                $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
            ];
        }));

    /// <summary>Returns the series of an expression, as the labels of each.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string expression)
    {
        var answer = await GetAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}");
        return [.. answer.GetProperty("result").EnumerateArray().Select(series => series.GetProperty("metric"))];
    }

    /// <summary>Tells whether it answers queries; before, it answers 503.</summary>
    public async Task<bool> IsReadyAsync()
    {
        using var response = await _http.GetAsync(new Uri(_server.Address, "-/ready"));
        return response.IsSuccessStatusCode;
    }

    /// <summary>Returns the error of each alert rule; empty for a rule that was evaluated.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RuleErrorsAsync() =>
        (await GetAsync("api/v1/rules")).GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .Where(rule => rule.GetProperty("health").GetString() != "unknown")
            .ToDictionary(
                rule => rule.GetProperty("name").GetString()!,
                rule => rule.TryGetProperty("lastError", out var error) ? error.GetString()! : "",
                StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(_server.Address, path));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {body}");
        return JsonDocument.Parse(body).RootElement.GetProperty("data");
    }
}
