using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>What a script that keeps accounts relies on.</summary>
[Collection(PublishedCopy.Commands)]
public sealed class AccountCommandTests(PublishedCopy copy)
{
    [Fact]
    public async Task An_account_is_added_and_its_number_told()
    {
        await using var cast = await copy.CastAsync();
        string[] bob = ["account", "add", "Bob_2", "--email", "bob@example.test", "--name", "Bob", "--admin", "--password-stdin"];

        var added = (await cast.Installation.RunWithInputAsync("open sesame\n", [.. bob, "--json"])).Json();
        Assert.Equal(["login", "uid"], added.Members);
        Assert.Equal("Bob_2", added.Text("login"));
        Assert.Equal(2, added.GetProperty("uid").GetInt64());

        bob[2] = "carol";
        var said = (await cast.Installation.RunWithInputAsync("open sesame\n", bob)).Succeeded();
        Assert.Equal("Account carol has the number 3.\n", said.Output);
    }

    [Fact]
    public async Task A_login_name_that_is_taken_in_another_case_is_refused()
    {
        await using var cast = await copy.CastAsync();

        (await cast.Installation.RunWithInputAsync("open sesame\n", "account", "add", "aLICE", "--email", "a@example.test", "--password-stdin", "--json"))
            .Failed(1, "taken");
    }

    [Fact]
    public async Task An_account_needs_a_password_on_standard_input()
    {
        await using var cast = await copy.CastAsync();

        (await cast.Installation.RunAsync("account", "add", "Bob", "--email", "bob@example.test", "--password-stdin")).Failed(1, "password");
    }

    [Fact]
    public async Task A_short_password_is_taken_with_a_warning_that_is_not_on_standard_output()
    {
        await using var cast = await copy.CastAsync();

        var added = await cast.Installation.RunWithInputAsync("abc\n", "account", "add", "Bob", "--email", "bob@example.test", "--password-stdin", "--json");

        Assert.Equal(0, added.Status);
        Assert.Equal("{\"login\":\"Bob\",\"uid\":2}\n", added.Output);
        Assert.Contains("easily guessed", added.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", added.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password", "most common")]
    [InlineData("QWERTYUIOP", "most common")]
    [InlineData("bob", "your name")]
    public async Task A_password_that_is_guessed_first_is_refused_with_the_reason(string password, string reason)
    {
        await using var cast = await copy.CastAsync();

        (await cast.Installation.RunWithInputAsync(password + "\n", "account", "add", "Bob", "--email", "b@example.test", "--password-stdin", "--json"))
            .Failed(1, reason);
    }

    [Fact]
    public async Task A_password_is_the_same_however_its_characters_are_composed()
    {
        await using var cast = await copy.CastAsync();
        (await cast.Installation.RunWithInputAsync("f\u00FCnf \u00C4pfel\n", "account", "add", "Bob", "--email", "b@example.test", "--password-stdin")).Succeeded();
        var server = await cast.Installation.ServeAsync();

        using var bob = await Person.SignInAsync(server.Http, "bob", "fu\u0308nf A\u0308pfel");
    }

    [Fact]
    public async Task An_API_key_is_made_and_shown_once()
    {
        await using var cast = await copy.CastAsync();

        var made = (await cast.Installation.RunAsync("account", "key", "alice", "old phone", "--json")).Json();
        Assert.Equal(["name", "key"], made.Members);
        Assert.Equal("old phone", made.Text("name"));
        Assert.Matches("^[A-Za-z0-9]{32}$", made.Text("key"));

        var said = (await cast.Installation.RunAsync("account", "key", "Alice", "tablet")).Succeeded();
        Assert.Matches("^[A-Za-z0-9]{32}\n$", said.Output);
        Assert.DoesNotContain(made.Text("key"), said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hyphen_may_be_typed_for_an_underscore_but_is_in_no_name()
    {
        await using var cast = await copy.CastAsync();
        string[] add = ["account", "add", "ran-dezvous", "--email", "ran@example.test", "--password-stdin"];
        (await cast.Installation.RunWithInputAsync("open sesame\n", add)).Failed(1, "underscores");
        add[2] = "ran_dezvous";
        (await cast.Installation.RunWithInputAsync("open sesame\n", add)).Succeeded();

        var key = (await cast.Installation.RunAsync("account", "key", "ran-dezvous", "back-up")).Succeeded();
        Assert.Matches("^[A-Za-z0-9]{32}\n$", key.Output);
        (await cast.Installation.RunAsync("account", "state", "Ran-Dezvous", "locked")).Succeeded();
    }

    [Fact]
    public async Task An_unknown_login_is_told()
    {
        await using var cast = await copy.CastAsync();

        (await cast.Installation.RunAsync("account", "key", "nobody", "phone", "--json")).Failed(1, "nobody");
        (await cast.Installation.RunAsync("account", "state", "nobody", "active")).Failed(1, "nobody");
    }
}
