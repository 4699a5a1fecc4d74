using System.Data.Common;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage;

/// <summary>Inserts that run in batches.</summary>
public abstract class InsertContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const long MissingApplication = 987_654_321;

    [Fact]
    public async Task Each_of_many_simultaneous_inserts_is_visible_on_every_node_once_it_completes()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(async () =>
        {
            // Two kinds, so that one batch has different statements.
            if (i % 3 == 0)
                return await FindAsync(await OpenAsync()) is not null;
            return await CheckAsync(await IssueAsync(TimeSpan.FromHours(1)), Other) is not null;
        })));

        Assert.All(found, Assert.True);
        Assert.Equal((100, 200), (await Node.CountAsync("handshakes"), await Node.CountAsync("sessions")));
    }

    [Fact]
    public async Task A_row_that_cannot_be_written_fails_alone()
    {
        // All are sent before the first round trip can end, so that they are batched.
        var failures = await Task.WhenAll(
            Enumerable.Range(0, 90).Select(i => Record.ExceptionAsync(() => Node.Sessions.IssueAsync(
                new NewSession(
                    Dialect, RandomToken.Hex(32), Secret: null,
                    i % 30 == 7 ? MissingApplication : Fixture.Gallery.Id, Fixture.Alice.Id, Permissions: "",
                    Lifetime: null, Slides: false, Home),
                default)).AsTask()));

        Assert.Equal([7, 37, 67], failures.Index().Where(each => each.Item is not null).Select(each => each.Index));
        Assert.All(failures.OfType<Exception>(), failure => Assert.IsAssignableFrom<DbException>(failure));
        Assert.Equal(87, await Node.CountAsync("sessions"));
    }
}
