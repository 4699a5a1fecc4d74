using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>Rows that many ask for at once.</summary>
public abstract class RowQueryContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const int Many = 300;

    [Fact]
    public async Task Everybody_in_a_crowd_gets_the_row_that_was_asked_for_and_nobody_elses()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => IssueAsync(TimeSpan.FromHours(1))));
        var expected = new List<long?>();
        foreach (var text in texts)
            expected.Add((await CheckAsync(text))!.Id);

        // Each twice, and as many that are not there.
        var found = await Task.WhenAll(texts.Concat(texts).Select(text => CheckAsync(text, Other)));
        var strangers = await Task.WhenAll(texts.Select(text => CheckAsync(text + "x", Other)));

        Assert.Equal(expected.Concat(expected), found.Select(session => session?.Id));
        Assert.Equal(Many, expected.Distinct().Count());
        Assert.All(strangers, Assert.Null);
    }

    [Fact]
    public async Task What_was_ended_is_not_found_by_whoever_asks_after_that()
    {
        var crowd = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => IssueAsync(TimeSpan.FromHours(1))));

        await Task.WhenAll(crowd.Select(text => Task.Run(async () =>
        {
            var session = await CheckAsync(text);
            Assert.True(await Node.Sessions.EndAsync(session!.Id, accountId: null, null, default));
            Assert.Null(await CheckAsync(text));
            Assert.Null(await CheckAsync(text, Other));
        })));
    }

    [Fact]
    public async Task A_failure_reaches_everybody_in_the_crowd_and_is_over_when_its_cause_is()
    {
        var text = await IssueAsync(TimeSpan.FromHours(1));
        var broken = Node.Store.Query("SELECT token_hash FROM sessions WHERE lost_column = 1 AND token_hash", row => row.GetName(0));

        var failures = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Record.ExceptionAsync(async () => await broken.FindAsync(TokenHash.Of(text))).AsTask()));

        Assert.All(failures, failure => Assert.IsAssignableFrom<System.Data.Common.DbException>(failure));
        Assert.NotNull(await CheckAsync(text));
    }
}
