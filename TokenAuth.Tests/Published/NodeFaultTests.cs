using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>Faults under load. Afterwards every answer that a client received must still be true.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class NodeFaultTests(PublishedCopy copy, ITestOutputHelper output)
{
    private const int Clients = 12;
    private const int Answers = 100;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly int Kills = Load.Kills(otherwise: 1);

    /// <summary>The totals of all faults of a test.</summary>
    private long _answers, _unanswered, _sessions, _opened;

    [Fact]
    public async Task Killing_a_node_loses_no_answered_call()
    {
        await using var nodes = await Nodes.StartAsync(copy);

        for (var kill = 0; kill < Kills; kill++)
        {
            var node = kill % 2;
            await UnderLoadAsync(nodes, nodes.Primary, async () =>
            {
                await nodes.Servers[node].Process.KillAsync();
                await nodes.StartNodeAsync(node);
            });
        }

        output.WriteLine(
            $"Total: PostgreSQL, {Kills} kills, {_answers} answers, none lost, {_unanswered} calls unanswered");
    }

    [Fact]
    public async Task A_node_reconnects_to_a_crashed_database_without_a_restart()
    {
        await using var nodes = await Nodes.StartAsync(copy);

        await UnderLoadAsync(nodes, nodes.Primary, async () =>
        {
            await nodes.Primary.StopAsync("immediate");
            await IsAwayAsync(nodes);
            await nodes.Primary.StartAsync();
        });
    }

    [Fact]
    public async Task A_promoted_standby_is_found_and_has_every_answered_call()
    {
        await using var nodes = await Nodes.StartAsync(copy, withStandby: true);

        await UnderLoadAsync(nodes, nodes.Standby!, async () =>
        {
            await nodes.Primary.StopAsync("immediate");
            await nodes.Standby!.PromoteAsync();
        });
    }

    private async Task UnderLoadAsync(Nodes nodes, PostgreSqlCluster after, Func<Task> fault)
    {
        using var alice = await nodes.SignInAsync();
        using var stop = new CancellationTokenSource();
        var record = new Promises(nodes.Gallery);
        var load = new Load(nodes.Front, record, alice);
        using var journal = new Journal(nodes.Front, nodes.Key);
        var clients = Enumerable.Range(0, Clients).Select(
            client => load.RunAsync(exchanges: client % 3 != 0, stop.Token))
            .Concat([journal.RunAsync(stop.Token), journal.RunAsync(stop.Token)]).ToList();
        await ReachesAsync(Answers);
        await fault();
        await ReachesAsync(record.Answered + Answers);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        await AreReadyAsync(nodes);

        var answered = record.Summary;
        var (looked, lost) = await record.CheckAsync(nodes.Front, alice);
        output.WriteLine($"{record.Answered} answers, {load.Unanswered} calls unanswered, the longest wait "
            + $"for one {load.Longest.TotalMilliseconds:0} ms");
        output.WriteLine($"{looked} handshakes checked ({answered}), {lost.Count} lost, {record.Sessions} sessions");
        Assert.Empty(lost);
        _sessions += record.Sessions;
        _answers += record.Answered + journal.Answered.Count;
        _unanswered += load.Unanswered + journal.Unanswered;
        Assert.Equal(
            _sessions, await after.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE dialect = 'mediapost'"));
        var (opened, numbered) = (
            await after.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE dialect = 'dreamwidth'"),
            await after.ScalarAsync<long>("SELECT max(last_session_number) FROM accounts"));
        output.WriteLine($"{journal.Answered.Count} numbered sessions answered, {journal.Unanswered} "
            + $"calls unanswered, {opened} opened");
        Assert.Equal(journal.Answered.Count, journal.Answered.Select(session => session.Number).Distinct().Count());
        Assert.InRange(
            opened, _opened + journal.Answered.Count, _opened + journal.Answered.Count + journal.Unanswered);
        _opened = opened;
        // A node that is killed leaves numbers of its lease unused.
        Assert.InRange(journal.Answered.Max(session => session.Number), journal.Answered.Count, numbered);
        Assert.Equal(0, (await nodes.RunAsync("db", "check")).Status);

        // A client that fails for a reason other than the fault must not leave the test waiting.
        Task ReachesAsync(int answers) => PublishedServer.UntilAsync(
            () =>
            {
                Assert.All(clients, client => Assert.False(client.IsFaulted, client.Exception?.ToString()));
                return Task.FromResult(record.Answered >= answers);
            },
            Timeout);
    }

    /// <summary>A node waits some seconds before it tries an unreachable database again.</summary>
    private static async Task AreReadyAsync(Nodes nodes)
    {
        using var http = LiveServer.CreateClient();
        foreach (var server in nodes.Servers)
        {
            await PublishedServer.UntilAsync(
                async () =>
                {
                    using var ready = await http.GetAsync(new Uri(server.Http, "/health/ready"));
                    return ready.IsSuccessStatusCode;
                },
                Timeout);
        }
    }

    /// <summary>Both nodes report that they are not ready, and calls get the dialect's own error.</summary>
    private static async Task IsAwayAsync(Nodes nodes)
    {
        using var http = LiveServer.CreateClient();
        foreach (var server in nodes.Servers)
        {
            using var ready = await http.GetAsync(new Uri(server.Http, "/health/ready"));
            Assert.Equal(503, (int)ready.StatusCode);
            Assert.Contains(
                "the store cannot be read", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using var live = await http.GetAsync(new Uri(server.Http, "/health/live"));
            Assert.Equal(200, (int)live.StatusCode);
            using var wire = new Wire();
            await Assert.ThrowsAsync<UnansweredException>(() => wire.CreateTokenAsync(server.Http, nodes.Gallery));
        }
    }
}
