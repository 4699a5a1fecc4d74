using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Tests.Architecture;
using TokenAuth.Tests.Documentation;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Monitoring;

/// <summary>The alert rules and the dashboard of docs/monitoring, with a real Prometheus.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root.FullName, "docs", "monitoring");
    private static readonly string Rules = Path.Combine(Folder, "tokenauth-alerts.yml");

    [Fact]
    public async Task Each_alert_fires_when_it_should_and_none_on_a_healthy_node()
    {
        var tool = Tool.Need("promtool");
        var tests = Path.Combine(Folder, "tokenauth-alerts.test.yml");

        await Tool.RunAsync(tool, ["check", "rules", Rules]);
        await Tool.RunAsync(tool, ["check", "config", Path.Combine(Folder, "prometheus.yml")]);
        await Tool.RunAsync(tool, ["test", "rules", tests]);

        var tested = await File.ReadAllTextAsync(tests);
        Assert.All(Alerts(), alert => Assert.Contains($"alertname: {alert}\n", tested, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_metric_of_the_rules_and_the_dashboard_exists_on_a_node()
    {
        await using var own = await IpernityWorld.StartOnPostgreSqlAsync("--TokenAuth:Metrics:Url=http://127.0.0.1:0");
        await WorkAsync(own);
        await using var prometheus = await Prometheus.StartAsync(
            own.World.Server.Services.GetRequiredService<MetricsListener>().Address, Rules);
        string[] expressions = [.. Expressions()];
        string[] metrics =
        [
            .. expressions.Append(await File.ReadAllTextAsync(Rules)).SelectMany(text => Metric().Matches(text)).Select(name => name.Value)
                .Distinct(StringComparer.Ordinal),
        ];
        Assert.True(metrics.Length > 15);

        IReadOnlyDictionary<string, string> errors = new Dictionary<string, string>(StringComparer.Ordinal);
        await PublishedServer.UntilAsync(
            async () => await prometheus.IsReadyAsync()
                && (errors = await prometheus.RuleErrorsAsync()).Count == Alerts().Count
                && (await prometheus.QueryAsync("tokenauth_build_info")).Count == 1,
            TimeSpan.FromSeconds(20));

        Assert.All(errors, rule => Assert.Equal("", rule.Value));
        foreach (var metric in metrics)
            Assert.True((await prometheus.QueryAsync(metric)).Count > 0, $"There is no {metric}.");
        foreach (var expression in expressions)
            await prometheus.QueryAsync(expression); // fails if it cannot be parsed
    }

    [Fact]
    public async Task Every_metric_of_our_own_is_documented()
    {
        await using var own = await IpernityWorld.StartAsync("--TokenAuth:Metrics:Url=http://127.0.0.1:0");
        await WorkAsync(own);
        using var http = LiveServer.CreateClient();
        var exported = await http.GetStringAsync(
            new Uri(own.World.Server.Services.GetRequiredService<MetricsListener>().Address, "/metrics"));
        var guide = Page.Text("operations.md");

        var types = TypeLine().Matches(exported).Select(line => line.Groups["name"].Value).ToArray();
        Assert.True(types.Length >= 14);
        Assert.All(types, metric => Assert.Contains($"`{metric}`", guide, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_alert_is_documented()
    {
        var guide = Page.Text("operations.md");

        Assert.True(Alerts().Count > 10);
        Assert.All(Alerts(), alert => Assert.Contains($"| `{alert}` |", guide, StringComparison.Ordinal));
    }

    /// <summary>A sign-in, a session and a refusal in each dialect, and an ended session.</summary>
    private static async Task WorkAsync(IpernityWorld own)
    {
        await EverySession.OpenAsync(own);
        using var alice = await FormBrowser.SignedInAsync(own.World.Server, own.World.Alice);
        using var client = new MediaPostClient(own.World);
        await client.GrantAsync(own.World.Gallery, own.World.Alice);
        await alice.SubmitAsync("/signout");
        foreach (var dialect in TestDialect.All)
            await EverySession.PostAsync(own.World, dialect.Address, ("a", "b"));
    }

    private static List<string> Alerts() =>
        [.. Alert().Matches(File.ReadAllText(Rules)).Select(match => match.Groups[1].Value)];

    /// <summary>The dashboard's expressions, with its variables filled in.</summary>
    private static IEnumerable<string> Expressions()
    {
        var dashboard = File.ReadAllText(Path.Combine(Folder, "tokenauth-dashboard.json"));
        foreach (var panel in JsonDocument.Parse(dashboard).RootElement.GetProperty("panels").EnumerateArray())
        {
            if (!panel.TryGetProperty("targets", out var targets))
                continue;
            foreach (var target in targets.EnumerateArray())
            {
                yield return target.GetProperty("expr").GetString()!
                    .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
                    .Replace("$instance", ".*", StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex(@"\b(?!db_client_connection_state)(?:tokenauth|dotnet|db_client|resilience)_[a-z0-9_]+(?=[{\[) ]|$)")]
    private static partial Regex Metric();

    [GeneratedRegex("alert: (\\w+)\n")]
    private static partial Regex Alert();

    [GeneratedRegex("^# TYPE (?<name>tokenauth_[a-z0-9_]+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();
}
