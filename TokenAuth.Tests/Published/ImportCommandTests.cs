using Microsoft.Data.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

[Collection(PublishedCopy.Commands)]
public sealed class ImportCommandTests(PublishedCopy copy)
{
    private const string Hash = "$2y$04$RnexJjdGcy8f6a2vkXUiKO4E8e7l7rSwRCgb7DgRYfbLHiy6dqbM6";

    [Fact]
    public async Task Accounts_come_in_and_refused_lines_are_reported_with_their_numbers()
    {
        await using var fixture = await copy.CastAsync();
        var file = Path.Combine(fixture.Installation.Root, "accounts.csv");
        await File.WriteAllTextAsync(
            file,
            $"login,email,hash\nann,ann@example.test,{Hash}\nann lee,ann@example.test,\nbob,bob@example.test,x\n");

        var json = await fixture.Installation.RunProgramAsync("", "account", "import", file, "--json");
        var text = await fixture.Installation.RunProgramAsync("", "account", "import", file);

        Assert.Equal((1, ""), (json.Status, json.Error));
        Assert.Equal(
            "{\"refused\":[{\"line\":3,\"reason\":\"a login name has 1 to 25 letters, digits or underscores; "
            + "free is ann_lee\"},{\"line\":4,\"reason\":\"the hash is of no known format\"}],\"lines\":3,\"added\":1,"
            + "\"skipped\":0,\"refusedCount\":2,\"wrapped\":0,\"withoutPassword\":0,\"dryRun\":false,"
            + "\"stopped\":false}\n",
            json.Output);
        Assert.Equal(
            "line 3: a login name has 1 to 25 letters, digits or underscores; free is ann_lee\n"
            + "line 4: the hash is of no known format\n",
            text.Error);
        Assert.Equal("0 accounts were imported; 1 are in already; 2 lines were refused.\n", text.Output);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_needs_no_store()
    {
        await using var installation = new PublishedInstallation(copy);

        var dry = await installation.RunProgramAsync(Lines(0, 3), "account", "import", "-", "--dry-run");

        Assert.Equal("3 accounts can be imported; 0 are in already; 0 lines were refused.\n", dry.Succeeded().Output);
        Assert.False(File.Exists(installation.Database));
    }

    [Theory]
    [InlineData("{\"user\":\"ann\"}", "line 1: there is no field user; the fields are login, email, name, state,")]
    [InlineData("login;email\n", "line 1: there is no field login;email")]
    [InlineData("PK\u0003\u0004", "line 1: there is no field PK")]
    public async Task A_wrong_file_is_one_line_with_status_2(string file, string saying)
    {
        await using var installation = new PublishedInstallation(copy);

        (await installation.RunProgramAsync(file, "account", "import", "-", "--json")).Failed(2, saying);

        Assert.False(Directory.Exists(installation.Data), "It went to work all the same.");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task A_run_can_be_stopped_at_any_moment_and_run_again(string signal)
    {
        await using var fixture = await copy.CastAsync();
        var stopped = fixture.Installation.Start(copy.Program, [], "account", "import", "-");
        await stopped.SayMoreAsync(Lines(0, 60));
        using var wait = new CancellationTokenSource(TimeSpan.FromSeconds(50));
        while (await CountAsync(fixture.Installation) < 51)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, wait.Token);

        stopped.Signal(signal);
        var end = await stopped.ExitAsync(TimeSpan.FromSeconds(50));
        Assert.Equal(51, await CountAsync(fixture.Installation));
        if (signal == "TERM")
        {
            Assert.Equal((1, ""), (end.Status, end.Error));
            Assert.Equal(
                "50 accounts were imported; 0 are in already; 0 lines were refused. "
                + "The run was stopped. Run it again to go on.\n",
                end.Output);
        }

        var again = await fixture.Installation.RunProgramAsync(Lines(0, 60), "account", "import", "-");
        Assert.Equal(
            "10 accounts were imported; 50 are in already; 0 lines were refused.\n", again.Succeeded().Output);
    }

    private static string Lines(int first, int count) => string.Concat(Enumerable.Range(first, count).Select(
        i => $$"""{"login":"u{{i}}","email":"u{{i}}@example.test","hash":"{{Hash}}"}""" + "\n"));

    private static async Task<long> CountAsync(PublishedInstallation installation)
    {
        await using var store = new SqliteConnection(
            $"Data Source={installation.Database};Mode=ReadOnly;Pooling=False");
        await store.OpenAsync();
        await using var count = store.CreateCommand();
        count.CommandText = "SELECT count(*) FROM accounts";
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
