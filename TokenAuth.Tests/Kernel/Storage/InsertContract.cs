using System.Data.Common;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>Rows of which many are written at once.</summary>
public abstract class InsertContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const long Nobody = 987_654_321;

    [Fact]
    public async Task Everybody_in_a_crowd_has_the_row_on_every_node_once_it_is_answered()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(async () =>
        {
            // Two kinds, so that one journey has different statements in it.
            if (i % 3 == 0)
                return await FindAsync(await OpenAsync()) is not null;
            return await CheckAsync(await IssueAsync(TimeSpan.FromHours(1)), Other) is not null;
        })));

        Assert.All(found, Assert.True);
        Assert.Equal((100, 200), (await Node.CountAsync("handshakes"), await Node.CountAsync("sessions")));
    }

    [Fact]
    public async Task One_that_cannot_be_written_is_refused_alone()
    {
        // All are sent before the first journeys can be over, so that they go together.
        var failures = await Task.WhenAll(Enumerable.Range(0, 90).Select(i => Record.ExceptionAsync(() => Node.Sessions.IssueAsync(
            new NewSession(Dialect, RandomToken.Hex(32), Secret: null, Fixture.Gallery.Id, i % 30 == 7 ? Nobody : Fixture.Alice.Id, Permissions: "", Lifetime: null, Slides: false, Home),
            default)).AsTask()));

        Assert.Equal([7, 37, 67], failures.Index().Where(each => each.Item is not null).Select(each => each.Index));
        Assert.All(failures.OfType<Exception>(), failure => Assert.IsAssignableFrom<DbException>(failure));
        Assert.Equal(87, await Node.CountAsync("sessions"));
    }
}
