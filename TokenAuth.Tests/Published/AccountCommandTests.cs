using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>The commands that a script needs to manage accounts.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class AccountCommandTests(PublishedCopy copy)
{
    [Fact]
    public async Task An_account_is_added_and_its_number_reported()
    {
        await using var fixture = await copy.CastAsync();
        string[] bob =
            ["account", "add", "Bob_2", "--email", "bob@example.test", "--name", "Bob", "--admin", "--password-stdin"];

        var added = (await fixture.Installation.RunProgramAsync("open sesame\n", [.. bob, "--json"])).Json();
        Assert.Equal(["login", "uid"], added.Members);
        Assert.Equal("Bob_2", added.Text("login"));
        Assert.Equal(2, added.GetProperty("uid").GetInt64());

        bob[2] = "carol";
        var said = (await fixture.Installation.RunWithInputAsync("open sesame\n", bob)).Succeeded();
        Assert.Equal("Account carol has the number 3.\n", said.Output);
    }

    [Fact]
    public async Task A_login_name_that_exists_in_another_case_is_refused()
    {
        await using var fixture = await copy.CastAsync();

        (await fixture.Installation.RunWithInputAsync(
            "open sesame\n", "account", "add", "aLICE", "--email", "a@example.test", "--password-stdin", "--json"))
            .Failed(1, "taken");
    }

    [Fact]
    public async Task An_account_is_made_an_administrators_and_no_longer_and_each_change_is_an_event()
    {
        await using var fixture = await copy.CastAsync();

        foreach (var wanted in new[] { "on", "on", "off" })
            (await fixture.Installation.RunAsync("account", "admin", "ALICE", wanted)).Succeeded();

        var events = (await fixture.Installation.RunAsync("audit", "--account", "alice")).Succeeded().Output;
        Assert.Equal(1, events.Split("administrator_added").Length - 1);
        Assert.Equal(1, events.Split("administrator_removed").Length - 1);
        (await fixture.Installation.RunAsync("account", "admin", "nobody", "on")).Failed(1, "nobody");
        (await fixture.Installation.RunAsync("account", "admin", "alice", "perhaps")).Failed(2, "perhaps");
    }

    [Fact]
    public async Task An_account_needs_a_password_on_standard_input()
    {
        await using var fixture = await copy.CastAsync();

        (await fixture.Installation.RunAsync(
            "account", "add", "Bob", "--email", "bob@example.test", "--password-stdin"))
            .Failed(1, "password");
    }

    [Fact]
    public async Task A_short_password_is_accepted_with_a_warning_that_is_not_on_standard_output()
    {
        await using var fixture = await copy.CastAsync();

        var added = await fixture.Installation.RunWithInputAsync(
            "abc\n", "account", "add", "Bob", "--email", "bob@example.test", "--password-stdin", "--json");

        Assert.Equal(0, added.Status);
        Assert.Equal("{\"login\":\"Bob\",\"uid\":2}\n", added.Output);
        Assert.Contains("easily guessed", added.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", added.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password", "most common")]
    [InlineData("QWERTYUIOP", "most common")]
    [InlineData("bob", "your name")]
    public async Task A_password_that_is_easy_to_guess_is_refused_with_the_reason(string password, string reason)
    {
        await using var fixture = await copy.CastAsync();

        (await fixture.Installation.RunWithInputAsync(
            password + "\n", "account", "add", "Bob", "--email", "b@example.test", "--password-stdin", "--json"))
            .Failed(1, reason);
    }

    [Fact]
    public async Task A_password_is_the_same_however_its_characters_are_composed()
    {
        await using var fixture = await copy.CastAsync();
        (await fixture.Installation.RunWithInputAsync(
            "f\u00FCnf \u00C4pfel\n", "account", "add", "Bob", "--email", "b@example.test", "--password-stdin"))
            .Succeeded();
        var server = await fixture.Installation.ServeAsync();

        using var bob = await FormBrowser.SignedInAsync(server.Http, "bob", "fu\u0308nf A\u0308pfel");
    }

    [Fact]
    public async Task An_API_key_is_created_and_shown_once()
    {
        await using var fixture = await copy.CastAsync();

        var made = (await fixture.Installation.RunAsync("account", "key", "alice", "old phone", "--json")).Json();
        Assert.Equal(["name", "key"], made.Members);
        Assert.Equal("old phone", made.Text("name"));
        Assert.Matches("^[A-Za-z0-9]{32}$", made.Text("key"));

        var said = (await fixture.Installation.RunAsync("account", "key", "Alice", "tablet")).Succeeded();
        Assert.Matches("^[A-Za-z0-9]{32}\n$", said.Output);
        Assert.DoesNotContain(made.Text("key"), said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hyphen_may_be_typed_for_an_underscore_but_a_new_name_may_not_contain_one()
    {
        await using var fixture = await copy.CastAsync();
        string[] add = ["account", "add", "ran-dezvous", "--email", "ran@example.test", "--password-stdin"];
        (await fixture.Installation.RunWithInputAsync("open sesame\n", add)).Failed(1, "underscores");
        add[2] = "ran_dezvous";
        (await fixture.Installation.RunWithInputAsync("open sesame\n", add)).Succeeded();

        var key = (await fixture.Installation.RunAsync("account", "key", "ran-dezvous", "back-up")).Succeeded();
        Assert.Matches("^[A-Za-z0-9]{32}\n$", key.Output);
        (await fixture.Installation.RunAsync("account", "state", "Ran-Dezvous", "locked")).Succeeded();
    }

    [Fact]
    public async Task An_unknown_login_is_reported()
    {
        await using var fixture = await copy.CastAsync();

        (await fixture.Installation.RunAsync("account", "key", "nobody", "phone", "--json")).Failed(1, "nobody");
        (await fixture.Installation.RunAsync("account", "state", "nobody", "active")).Failed(1, "nobody");
    }
}
