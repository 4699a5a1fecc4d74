using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>Many look-ups at the same time.</summary>
public abstract class RowQueryContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const int Many = 300;

    [Fact]
    public async Task Each_of_many_simultaneous_look_ups_gets_its_own_row()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => IssueAsync(TimeSpan.FromHours(1))));
        var expected = new List<long?>();
        foreach (var text in texts)
            expected.Add((await CheckAsync(text))!.Id);

        // Each text twice, and as many unknown texts.
        var found = await Task.WhenAll(texts.Concat(texts).Select(text => CheckAsync(text, Other)));
        var unknown = await Task.WhenAll(texts.Select(text => CheckAsync(text + "x", Other)));

        Assert.Equal(expected.Concat(expected), found.Select(session => session?.Id));
        Assert.Equal(Many, expected.Distinct().Count());
        Assert.All(unknown, Assert.Null);
        Assert.True(Other.Store.Statistics.ReadUnits >= 3 * Many);
        Assert.True(Other.Store.Statistics.ReadUnits >= Other.Store.Statistics.ReadBatches);
    }

    [Fact]
    public async Task An_ended_session_is_not_found_afterwards()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => IssueAsync(TimeSpan.FromHours(1))));

        await Task.WhenAll(texts.Select(text => Task.Run(async () =>
        {
            var session = await CheckAsync(text);
            Assert.True(await Node.Sessions.EndAsync(session!.Id, accountId: null, null, default));
            Assert.Null(await CheckAsync(text));
            Assert.Null(await CheckAsync(text, Other));
        })));
    }

    [Fact]
    public async Task A_failure_reaches_every_look_up_in_the_batch_and_later_look_ups_succeed()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        var broken = Node.Store.Query(
            "SELECT token_hash FROM sessions WHERE lost_column = 1 AND token_hash", row => row.GetName(0));

        var failures = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(
                _ => Record.ExceptionAsync(async () => await broken.FindAsync(TokenHash.Of(text))).AsTask()));

        Assert.All(failures, failure => Assert.IsAssignableFrom<System.Data.Common.DbException>(failure));
        Assert.NotNull(await CheckAsync(text));
    }
}
