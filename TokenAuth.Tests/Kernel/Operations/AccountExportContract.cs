using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Operations;

public abstract class AccountExportContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task The_file_has_everything_about_the_account_and_nothing_about_others()
    {
        await OpenConfirmedAsync();
        var session = await IssueAsync(lifetime: null, secret: "the session’s secret");
        var key = await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "Old \"laptop\" <1>", Home, default);
        await Node.Get<AccountKeys>().AddAsync(Fixture.Bob.Id, "Bob’s", Home, default);
        await Node.Get<AccountProfiles>().SaveAsync(Fixture.Alice.Id, "Ällice", "fr", "Europe/Berlin", default);

        var text = await WriteAsync();
        var data = JsonDocument.Parse(text).RootElement;
        var account = data.GetProperty("account");

        Assert.Equal(
            [
                "version", "exported", "account", "applications", "ownApplications", "keys", "passkeys", "identities",
                "sessions", "events", "complete",
            ],
            data.Members);
        Assert.Equal("2026-03-01T12:00:00Z", data.Text("exported"));
        Assert.Equal(
            (1, "Alice", "Ällice", "Alice@example.test", "fr", "Europe/Berlin", "active"),
            (account.GetProperty("uid").GetInt64(), account.Text("login"),
                account.Text("name"), account.Text("email"), account.Text("language"),
                account.Text("timeZone"), account.Text("state")));
        Assert.Equal("Gallery", data.GetProperty("applications")[0].Text("application"));
        Assert.Equal("Old \"laptop\" <1>", Assert.Single(data.GetProperty("keys").EnumerateArray()).Text("name"));
        Assert.Equal(
            ("mediapost", "Gallery", "192.0.2.1"),
            (data.GetProperty("sessions")[0].Text("dialect"), data.GetProperty("sessions")[0].Text("application"),
                data.GetProperty("sessions")[0].Text("openedFrom")));
        Assert.Equal(
            ["account_created", "consent_given", "key_made"],
            data.GetProperty("events").EnumerateArray().Select(entry => entry.Text("event")!).Order(
                StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.True(data.GetProperty("complete").GetBoolean());
        foreach (var secret in new[] { session, key, "the session’s secret", "Bob", "stamp", "hash", "protected" })
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Lists_longer_than_a_page_are_complete_and_the_newest_come_first()
    {
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
            INSERT INTO security_events (occurred_at, kind, account_id, detail, count)
            SELECT i, 'key_made', @alice, 'key ' || i, 1 FROM n
            """,
            ("@alice", Fixture.Alice.Id)));
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
            INSERT INTO sessions (account_id, token_hash, dialect, permissions, created_at, last_used_at, opened_from)
            SELECT @alice, CAST('text ' || i AS {0}), 'dreamwidth', '', i, i, '192.0.2.1' FROM n
            """.Replace("{0}", Engine.BytesType, StringComparison.Ordinal),
            ("@alice", Fixture.Alice.Id)));

        var data = JsonDocument.Parse(await WriteAsync()).RootElement;

        Assert.Equal(2100, data.GetProperty("sessions").GetArrayLength());
        Assert.Equal(2101, data.GetProperty("events").GetArrayLength());
        Assert.Equal("key 2100", data.GetProperty("events")[0].Text("detail"));
        Assert.Equal("1970-01-01T00:00:02.1Z", data.GetProperty("sessions")[0].Text("created"));
    }

    [Fact]
    public async Task An_administrators_address_stays_with_the_administrator()
    {
        var key = await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "Laptop", from: null, default);
        Assert.NotEmpty(key);
        var id = (await Node.Get<AccountKeys>().ListAsync(Fixture.Alice.Id, default)).Single().Id;
        await Node.Get<AccountKeys>().RevokeAsync(Fixture.Alice.Id, id, Home, default, by: Fixture.Bob.Id);

        var revoked = JsonDocument.Parse(await WriteAsync()).RootElement.GetProperty("events")[0];

        Assert.Equal("key_revoked", revoked.Text("event"));
        Assert.True(revoked.GetProperty("byAdministrator").GetBoolean());
        Assert.Equal(JsonValueKind.Null, revoked.GetProperty("from").ValueKind);
    }

    [Fact]
    public async Task Nothing_is_written_for_an_account_that_does_not_exist()
    {
        using var output = new StringWriter();

        Assert.False(await Other.Get<AccountExport>().WriteAsync(999, output, default));
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task The_command_prints_the_same_and_changes_nothing()
    {
        var printed = (await Engine.CommandAsync("account", "export", "ALICE")).Succeeded().Output;

        Assert.Equal(await WriteAsync(), printed);
        (await Engine.CommandAsync("account", "export", "nobody")).Failed(1, "There is no account nobody.");
    }

    [Fact]
    public async Task Five_downloads_an_hour_are_allowed_on_all_nodes_together()
    {
        for (var i = 0; i < DownloadLimit.PerHour; i++)
            Assert.Null(await TakeAsync(Fixture.Alice.Id, i % 2 == 0 ? Node : Other));
        Clock.Advance(TimeSpan.FromMinutes(59));

        Assert.Equal(TimeSpan.FromMinutes(1), await TakeAsync(Fixture.Alice.Id, Other));
        Assert.Null(await TakeAsync(Fixture.Bob.Id, Other));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await TakeAsync(Fixture.Alice.Id, Node));
    }

    private static Task<TimeSpan?> TakeAsync(long account, StoreNode node) =>
        node.Get<DownloadLimit>().TakeAsync(account, default);

    private async Task<string> WriteAsync()
    {
        using var output = new StringWriter();
        Assert.True(await Other.Get<AccountExport>().WriteAsync(Fixture.Alice.Id, output, default));
        return output.ToString();
    }
}
