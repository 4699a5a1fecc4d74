using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Operations;

public abstract class HourlyCountContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task The_counts_of_all_nodes_add_up_by_hour_dialect_and_kind()
    {
        // More rows than one statement writes.
        for (var i = 0; i < 23; i++)
            Node.Get<HourlyCounts>().Add($"dialect {i:00}", CountKind.Fault);
        await FlushAsync(Node);
        foreach (var node in new[] { Node, Other, Node })
        {
            node.Get<HourlyCounts>().Add("ipernity", CountKind.Check);
            node.Get<HourlyCounts>().Add("ipernity", CountKind.Check);
            node.Get<HourlyCounts>().Add("browser", CountKind.SignIn);
            await FlushAsync(node);
        }

        Clock.Advance(TimeSpan.FromHours(1));
        Other.Get<HourlyCounts>().Add("browser", CountKind.SignIn);
        await Task.WhenAll(FlushAsync(Node), FlushAsync(Other));

        var start = TestClock.Start;
        var counts = await Node.Get<HourlyCountStore>().ListAsync(start, default);
        Assert.Equal(23, counts.Count(count => count is { Kind: "fault", Count: 1 } && count.Hour == start));
        Assert.Equal(
            [
                (start, "browser", "sign_in", 3), (start, "ipernity", "check", 6),
                (start.AddHours(1), "browser", "sign_in", 1),
            ],
            counts.Where(count => count.Kind != "fault")
                .Select(count => (count.Hour, count.Dialect, count.Kind, count.Count)));
        Assert.Single(await Node.Get<HourlyCountStore>().ListAsync(start.AddHours(1), default));
    }

    [Fact]
    public async Task Checks_sign_ins_failures_and_faults_are_counted_by_the_kernel()
    {
        await CheckAsync(await IssueAsync(lifetime: null));
        await CheckAsync("no such session");
        Node.Get<Metrics>().Refused(Dialect, TokenAuth.Kernel.Faults.FaultKind.QuotaExceeded);
        await FlushAsync(Node);

        Assert.Equal(
            [("check", 2), ("fault", 1), ("sign_in", 1)],
            (await Node.Get<HourlyCountStore>().ListAsync(TestClock.Start, default))
                .Select(count => (count.Kind, count.Count)));
    }

    [Fact]
    public async Task Counts_are_kept_for_forty_days_and_nodes_that_were_killed_for_a_day()
    {
        Node.Get<HourlyCounts>().Add("browser", CountKind.SignIn);
        await FlushAsync(Node);
        await Node.Get<MaintenanceLog>().FinishedAsync(MaintenanceLog.Sweep, "12 rows", default);
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            "INSERT INTO nodes (id, name, version, started_at, seen_at) VALUES ('a', 'b', 'c', @now, @now)",
            ("@now", Clock.GetUtcNow())));

        Clock.Advance(TimeSpan.FromDays(40) - TimeSpan.FromMilliseconds(1));
        await Node.Get<ExpirySweep>().SweepAsync(default);
        Assert.Equal((1, 0), (await Node.CountAsync("hourly_counts"), await Node.CountAsync("nodes")));

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Node.Get<ExpirySweep>().SweepAsync(default);
        Assert.Equal((0, 1), (await Node.CountAsync("hourly_counts"), await Node.CountAsync("maintenance")));
    }

    private static Task FlushAsync(StoreNode node) => node.Get<HourlyCountStore>().FlushAsync(default);
}
