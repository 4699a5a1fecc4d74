using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Admin;

/// <summary>The lists of accounts and applications, the state of the store, and the charts.</summary>
public sealed class ListPageTests : IAsyncLifetime
{
    private AdminWorld _own = null!;

    public async ValueTask InitializeAsync() => _own = await AdminWorld.StartAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Theory]
    [InlineData("?q=al", "Alice")]
    [InlineData("?q=BOB-2", "bob_2")]
    [InlineData("?q=Alice%20%22a&by=name", "Alice")]
    [InlineData("?q=carol@&by=email", "Carol")]
    [InlineData("?state=suspended", "sybil")]
    [InlineData("?state=administrators", "Carol")]
    [InlineData("?q=zzz", null)]
    public async Task Accounts_are_searched(string query, string? found)
    {
        var page = await _own.Browser.GetAsync($"/admin/accounts{query}");

        Assert.Equal(found, page.Text("main .rows li a"));
        Assert.Equal(found is null ? "No account was found." : null, page.Text("[role=status]"));
    }

    [Fact]
    public async Task Nonsense_in_the_address_is_ignored()
    {
        foreach (var query in new[]
        {
            "?q=%00%F0%9F%92%A9'%22%3Cscript%3E", "?by=zzz&state=99&after=x", "?after=9223372036854775807",
            $"?q={new string('x', 5000)}",
        })
        {
            var page = await _own.Browser.GetAsync($"/admin/accounts{query}");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.DoesNotContain("<script>", page.Html, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await _own.Browser.GetAsync("/admin?period=7")).Status);
    }

    [Fact]
    public async Task An_application_is_disabled_and_enabled_and_shows_no_secret()
    {
        var gallery = _own.World.Gallery;
        var path = $"/admin/applications/{gallery.Id}";
        Assert.Contains("Gallery", (await _own.Browser.GetAsync("/admin/applications")).Html, StringComparison.Ordinal);

        await _own.Get<SecurityLog>().FlushAsync(default);
        await _own.Browser.PostAsync($"{path}?handler=Disable", []);
        var page = await _own.Browser.GetAsync(path);

        Assert.StartsWith("The application is disabled.", page.Text("[role=status]"), StringComparison.Ordinal);
        Assert.DoesNotContain(gallery.Secret, page.Html, StringComparison.Ordinal);
        var happened = await _own.LatestAsync(account: null);
        Assert.Equal(
            ("application_disabled", "Gallery", "Carol"), (happened.Kind, happened.Application, happened.Actor));
        await _own.Browser.PostAsync($"{path}?handler=Enable", []);
        Assert.Equal("application_enabled", (await _own.LatestAsync(account: null)).Kind);
    }

    [Fact]
    public async Task The_store_page_shows_engine_schema_sweep_backup_and_nodes()
    {
        await _own.Get<MaintenanceLog>().FinishedAsync(MaintenanceLog.Backup, "by db backup", default);
        await using var beside = await _own.World.Server.StartBesideAsync();
        await beside.Services.GetRequiredService<NodeReport>().ReportAsync(default);

        var page = await _own.Browser.GetAsync("/admin/store");

        foreach (var shown in new[] { "_Upstream", "ready", "1 Mar 2026 12:00 UTC, by db backup", "(this node)" })
            Assert.Contains(shown, page.Html, StringComparison.Ordinal);
        Assert.Equal(2, page.Count(".columns li"));
        await beside.DisposeAsync();
        Assert.Equal(1, (await _own.Browser.GetAsync("/admin/store")).Count(".columns li"));
    }

    [Theory]
    [InlineData("/admin", "12:00", 24)]
    [InlineData("/admin?period=month", "1 Mar", 30)]
    public async Task The_charts_show_the_counts_of_the_period(string path, string label, int bars)
    {
        _own.Get<HourlyCounts>().Add("ipernity", CountKind.Fault);
        _own.Get<HourlyCounts>().Add("wetpaint", CountKind.Fault);

        var page = await _own.Browser.GetAsync(path);

        Assert.Equal($"2 in all, the most at {label} with 2.", page.Text("[aria-labelledby=fault] p"));
        Assert.Equal(2, page.Count("[aria-labelledby=fault] g rect"));
        Assert.Equal(bars, page.Count("[aria-labelledby=fault] g"));
        Assert.Contains("Nothing was counted.", page.Text("[aria-labelledby=failure] p"), StringComparison.Ordinal);
        Assert.Equal(0, page.Count("[style], script:not([src]), style"));
    }
}
