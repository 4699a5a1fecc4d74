using System.Text.Json;
using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>The output of <c>audit</c> for an operator.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class AuditCommandTests(PublishedCopy copy)
{
    [Fact]
    public async Task Events_are_listed_with_the_newest_first_for_people_and_for_scripts()
    {
        await using var fixture = await copy.CastAsync();
        await fixture.Installation.RunAsync("account", "key", "alice", "old phone");
        await fixture.Installation.RunAsync("account", "state", "alice", "suspended");

        var told = (await fixture.Installation.RunAsync("audit", "--json")).Json();
        Assert.Equal(["events"], told.Members);
        var events = told.GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(
            "account_state_changed key_made application_registered application_registered account_created",
            string.Join(' ', events.Select(one => one.GetProperty("kind").GetString())));
        Assert.Equal(
            ["at", "kind", "login", "uid", "application", "dialect", "address", "detail", "count", "administrator"],
            events[1].EnumerateObject().Select(member => member.Name), StringComparer.Ordinal);
        Assert.Equal(("Alice", 1, "old phone", 1, JsonValueKind.Null), (
            events[1].GetProperty("login").GetString(), events[1].GetProperty("uid").GetInt64(),
            events[1].GetProperty("detail").GetString(),
            events[1].GetProperty("count").GetInt64(), events[1].GetProperty("address").ValueKind));
        Assert.Matches(
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", events[1].GetProperty("at").GetString());
        Assert.Equal("Uploader", events[2].GetProperty("application").GetString());

        var lines = (await fixture.Installation.RunAsync("audit", "--account", "ALICE", "--since", "1h"))
            .Succeeded().Output.TrimEnd('\n')
            .Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches(
            "^[-0-9]{10}T[:0-9]{8}Z  account_state_changed   Alice             -                suspended$", lines[0]);
    }

    /// <summary>Earlier builds accepted such names, and a terminal would interpret them.</summary>
    [Fact]
    public async Task A_stored_name_with_line_breaks_or_control_characters_is_shown_with_replacement_marks()
    {
        await using var fixture = await copy.CastAsync();
        await fixture.Installation.RunAsync("account", "key", "alice", "old phone");
        await using (var store = new SqliteConnection($"Data Source={fixture.Installation.Database};Pooling=False"))
        {
            await store.OpenAsync();
            await using var command = store.CreateCommand();
            command.CommandText = "UPDATE security_events SET detail = @detail WHERE kind = 'key_made'";
            command.Parameters.AddWithValue("@detail", "a\u2028b\u202Ec\u001B[2Jd \U0001F469\u200D\U0001F4BB");
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        var lines = (await fixture.Installation.RunAsync("audit")).Succeeded().Output.Split('\n');

        Assert.EndsWith(
            "a\uFFFDb\uFFFDc\uFFFD[2Jd \U0001F469\u200D\U0001F4BB", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_period_gives_an_empty_list_and_an_unknown_account_is_reported()
    {
        await using var fixture = await copy.CastAsync();

        Assert.Equal(
            "{\"events\":[]}\n",
            (await fixture.Installation.RunAsync("audit", "--since", "2126-01-01", "--json")).Succeeded().Output);
        Assert.Equal("", (await fixture.Installation.RunAsync("audit", "--since", "2126-01-01")).Succeeded().Output);
        (await fixture.Installation.RunAsync("audit", "--account", "nobody", "--json")).Failed(1, "nobody");
    }
}
