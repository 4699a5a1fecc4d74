using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Commands;

/// <summary>Commands that read create and change nothing, and need no right to write.</summary>
public abstract class ReadingCommandContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task A_store_that_cannot_be_written_can_be_read_and_stays_as_it_is()
    {
        await IssueAsync(lifetime: null);
        await Engine.CommandAsync("account", "key", "alice", "old laptop");
        var isProtected = await Engine.MakeReadOnlyAsync();
        var before = await Engine.FingerprintAsync();

        foreach (var command in Commands())
        {
            var text = (await Engine.CommandAsync(command)).Succeeded().Output;
            Assert.NotEmpty(text);
            (await Engine.CommandAsync([.. command, "--json"])).Json();
        }

        Assert.Equal(before, await Engine.FingerprintAsync());
        if (isProtected)
            (await Engine.CommandAsync("account", "email", "alice", "a@example.test")).Failed(1);
    }

    [Fact]
    public async Task A_store_of_an_earlier_version_is_not_migrated()
    {
        var last = await Node.Store.WriteAsync(connection => connection.FirstAsync(
            """
            DELETE FROM "__EFMigrationsHistory"
            WHERE "MigrationId" = (SELECT MAX("MigrationId") FROM "__EFMigrationsHistory") RETURNING "MigrationId"
            """,
            row => row.GetString(0)));
        Assert.NotNull(last);

        foreach (var command in Commands())
            (await Engine.CommandAsync(command)).Failed(1, "earlier version", "db migrate");
    }

    private string[][] Commands() =>
    [
        ["account", "list"], ["account", "show", "alice"], ["account", "sessions", "alice"],
        ["account", "keys", "alice"], ["app", "list"], ["app", "show", Fixture.Gallery.ApiKey], ["session", "list"],
        ["audit"],
    ];
}
