using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Commands;

/// <summary>The operator's commands on accounts, while two nodes run on the same store.</summary>
public abstract class AccountCommandContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const string NewPassword = "a new good password";

    [Fact]
    public async Task Accounts_are_listed_by_state_and_by_text_in_any_case()
    {
        await Engine.CommandAsync("account", "state", "bob_2", "suspended");

        Assert.Equal("Alice bob_2", await ListedAsync());
        Assert.Equal("bob_2", await ListedAsync("--state", "suspended"));
        Assert.Equal("", await ListedAsync("--state", "memorial"));
        Assert.Equal("Alice", await ListedAsync("--search", "ALICE@"));
        Assert.Equal("bob_2", await ListedAsync("--search", "OB_"));
        Assert.Equal("", await ListedAsync("--search", "OB_", "--state", "active"));

        var json = (await Engine.CommandAsync("account", "list", "--json")).Json().GetProperty("accounts")[0];
        Assert.Equal(["uid", "login", "name", "email", "state", "admin", "created", "erase"], json.Members);
        Assert.Equal("2026-03-01T12:00:00Z", json.Text("created"));
        var line = (await Engine.CommandAsync("account", "list")).Succeeded().Output.Split('\n')[1];
        Assert.Equal(
            "      2  bob_2                      suspended         2026-03-01T12:00:00Z  bob_2@example.test", line);
    }

    [Fact]
    public async Task A_closing_account_is_listed_with_the_time_of_its_erasure_and_another_state_keeps_it()
    {
        var text = RandomToken.Hex(32);
        await Node.Sessions.IssueAsync(
            new NewSession(
                "browser", text, Secret: null, ApplicationId: null, Fixture.Bob.Id, Permissions: "",
                TimeSpan.FromHours(1), Slides: true, Home),
            default);
        await Node.Get<AccountClosing>().CloseAsync(
            Fixture.Bob.Id, (await CheckAsync(text, dialect: "browser"))!.Id, Home, default);

        Assert.Equal("bob_2", await ListedAsync("--state", "closing"));
        var shown = (await Engine.CommandAsync("account", "show", "bob_2", "--json")).Json();
        Assert.Equal(("closing", "2026-03-08T12:00:00Z"), (shown.Text("state"), shown.Text("erase")));
        Assert.Contains(
            "erase at  2026-03-08T12:00:00Z",
            (await Engine.CommandAsync("account", "show", "bob_2")).Succeeded().Output,
            StringComparison.Ordinal);
        (await Engine.CommandAsync("account", "state", "alice", "closing")).Failed(2, "closing");

        (await Engine.CommandAsync("account", "state", "bob_2", "active")).Succeeded();
        Assert.Equal("", await ListedAsync("--state", "closing"));
        shown = (await Engine.CommandAsync("account", "show", "bob_2", "--json")).Json();
        Assert.Equal(("active", null), (shown.Text("state"), shown.Text("erase")));
    }

    [Fact]
    public async Task A_list_longer_than_a_page_is_complete_and_in_order()
    {
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
            INSERT INTO accounts (display_name, state, is_admin, created_at, last_session_number, user_name,
              normalized_user_name, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled,
              access_failed_count)
            SELECT 'x', 0, @no, 0, 0, 'm' || i, 'M' || i, @no, @no, @no, @no, 0 FROM n
            """,
            ("@no", false)));

        var accounts = (await Engine.CommandAsync("account", "list", "--json")).Json().GetProperty("accounts");

        Assert.Equal(2102, accounts.GetArrayLength());
        Assert.Equal("m2100", accounts[2101].Text("login"));
    }

    [Fact]
    public async Task An_account_is_shown_with_what_belongs_to_it()
    {
        await IssueAsync(lifetime: null);
        await OpenConfirmedAsync();
        await Engine.CommandAsync("account", "key", "alice", "old laptop");

        var shown = (await Engine.CommandAsync("account", "show", "ALICE", "--json")).Json();

        Assert.Equal(
            [
                "uid", "login", "name", "email", "state", "admin", "created", "erase", "sessions", "keys",
                "applications", "failures",
            ],
            shown.Members);
        Assert.Equal(
            (1, 1, "Gallery", 0),
            (shown.GetProperty("sessions").GetInt32(), shown.GetProperty("keys").GetInt32(),
                shown.GetProperty("applications")[0].GetString(), shown.GetProperty("failures").GetArrayLength()));
        Assert.Contains(
            "e-mail    Alice@example.test\n",
            (await Engine.CommandAsync("account", "show", "alice")).Succeeded().Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_ends_every_session_and_handshake_and_the_old_password()
    {
        var (session, confirmed) = (await IssueAsync(lifetime: null), await OpenConfirmedAsync());
        await Engine.CommandAsync("account", "key", "alice", "old laptop");
        Assert.NotNull(await CheckAsync(session, Other));

        var set = await Engine.CommandWithInputAsync(
            NewPassword, isInteractive: false, "account", "password", "alice", "--password-stdin", "--json");

        Assert.Equal("{\"login\":\"Alice\",\"uid\":1,\"sessionsEnded\":1,\"keys\":1}\n", set.Succeeded().Output);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await CheckAsync(session, Other));
        Assert.Null(await ExchangeAsync(confirmed));
        Assert.Equal(FaultKind.CredentialsWrong, await SignInAsync("alice", StoreFixture.Password));
        Assert.Null(await SignInAsync("alice", NewPassword));
        Assert.Equal("password_changed: 1 session ended", (await EventsAsync())[0]);
    }

    [Theory]
    [InlineData("password", 1, "most common")]
    [InlineData("", 1, "Enter a password")]
    [InlineData("Alice1", 1, "your name")]
    public async Task A_password_that_cannot_be_set_changes_nothing(string password, int status, string reason)
    {
        var session = await IssueAsync(lifetime: null);

        (await Engine.CommandWithInputAsync(
            password, isInteractive: false, "account", "password", "alice", "--password-stdin")).Failed(status, reason);

        Assert.NotNull(await CheckAsync(session));
        Assert.Null(await SignInAsync("alice", StoreFixture.Password));
    }

    [Fact]
    public async Task A_renamed_account_keeps_its_sessions_keys_and_consents_under_the_new_name()
    {
        var session = await IssueAsync(lifetime: null);
        var key = (await Engine.CommandAsync("account", "key", "alice", "old laptop", "--json")).Json().Text("key");
        Assert.Equal("Alice", (await CheckAsync(session, Other))!.Login);
        Assert.NotNull(await Other.Get<AccountKeys>().FindOwnerAsync("alice", key, default));

        Assert.Equal(
            "{\"login\":\"Alice_B\",\"uid\":1}\n",
            (await Engine.CommandAsync("account", "rename", "alice", "Alice_B", "--json")).Succeeded().Output);

        Clock.Advance(TimeSpan.FromSeconds(1));
        var renamed = (await CheckAsync(session, Other))!;
        Assert.Equal((1, "Alice_B", "Alice_B"), (renamed.AccountId, renamed.Login, renamed.DisplayName));
        Assert.Null(await Other.Get<AccountKeys>().FindOwnerAsync("alice", key, default));
        Assert.NotNull(await Other.Get<AccountKeys>().FindOwnerAsync("ALICE_b", key, default));
        Assert.Null(await SignInAsync("alice-b", StoreFixture.Password));
        Assert.Equal(FaultKind.CredentialsWrong, await SignInAsync("alice", StoreFixture.Password));
        Assert.Equal("account_renamed: Alice", (await EventsAsync())[0]);
        Assert.Equal(
            "alice_b is now ALICE_B.\n",
            (await Engine.CommandAsync("account", "rename", "alice-b", "ALICE_B")).Succeeded().Output
                .Replace("Alice_B is", "alice_b is", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("BOB_2", "taken")]
    [InlineData("alice-b", "underscores")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "underscores")]
    [InlineData("", "underscores")]
    public async Task A_name_that_is_taken_or_none_is_refused(string login, string reason)
    {
        (await Engine.CommandAsync("account", "rename", "alice", login)).Failed(1, reason);

        Assert.Equal("Alice bob_2", await ListedAsync());
    }

    [Fact]
    public async Task An_e_mail_address_is_changed()
    {
        (await Engine.CommandAsync("account", "email", "alice", "nowhere")).Failed(1, "e-mail");

        Assert.Equal(
            "{\"login\":\"Alice\",\"uid\":1,\"email\":\"new@example.test\"}\n",
            (await Engine.CommandAsync("account", "email", "alice", "new@example.test", "--json")).Succeeded().Output);
        Assert.Equal("NEW@EXAMPLE.TEST", (await AccountAsync("alice"))!.NormalizedEmail);
        Assert.Equal(["email_changed: ", "account_created: "], await EventsAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_erased_account_leaves_its_events_and_nothing_that_the_person_typed()
    {
        var (session, confirmed) = (await IssueAsync(lifetime: null), await OpenConfirmedAsync());
        await Engine.CommandAsync("account", "key", "alice", "Alice's own laptop");
        await Engine.CommandAsync("account", "rename", "alice", "Alicia");
        Assert.NotNull(await CheckAsync(session, Other));

        Assert.Equal(
            "{\"login\":\"Alicia\",\"uid\":1,\"sessionsEnded\":1}\n",
            (await Engine.CommandAsync("account", "delete", "alicia", "--yes", "--json")).Succeeded().Output);

        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await CheckAsync(session, Other));
        Assert.Null(await ExchangeAsync(confirmed));
        Assert.Equal(FaultKind.CredentialsWrong, await SignInAsync("alicia", StoreFixture.Password));
        foreach (var table in new[] { "sessions", "handshakes", "consents", "account_keys" })
            Assert.Equal(0, await Node.CountAsync(table));
        Assert.Equal("bob_2", await ListedAsync());
        Assert.Equal(
            [
                "account_erased: 1 session ended", "account_renamed: ", "key_made: ", "consent_given: ",
                "account_created: ",
            ],
            await EventsAsync(), StringComparer.Ordinal);
        Assert.Equal(3, (await Engine.CommandWithInputAsync(
            "correct horse", isInteractive: false,
            "account", "add", "Alice", "--email", "a@example.test", "--password-stdin", "--json"))
            .Json().GetProperty("uid").GetInt32());
    }

    [Fact]
    public async Task Erasing_needs_a_confirmation()
    {
        (await Engine.CommandAsync("account", "delete", "alice")).Failed(2, "--yes");
        var refused = await Engine.CommandWithInputAsync("alice", isInteractive: true, "account", "delete", "alice");
        Assert.Equal((1, ""), (refused.Status, refused.Output));
        Assert.EndsWith("Type Alice to go on: Nothing was deleted.\n", refused.Error, StringComparison.Ordinal);
        Assert.Equal("Alice bob_2", await ListedAsync());

        var erased = await Engine.CommandWithInputAsync("Alice", isInteractive: true, "account", "delete", "alice");
        Assert.Equal((0, "Alice is erased. 0 sessions ended.\n"), (erased.Status, erased.Output));
        Assert.Equal("bob_2", await ListedAsync());
    }

    [Theory]
    [InlineData("browser", "page")]
    [InlineData("dreamwidth", "program")]
    public async Task Unlock_clears_the_failures_that_show_lists(string dialect, string caller)
    {
        for (var i = 0; i < 4; i++)
            await SignInAsync("alice", "wrong", dialect);
        await Node.Get<SecurityLog>().FlushAsync(default);
        Assert.Equal(FaultKind.SignInThrottled, await SignInAsync("alice", StoreFixture.Password, dialect));

        var failures = (await Engine.CommandAsync("account", "show", "alice", "--json")).Json().GetProperty("failures");
        Assert.Equal(
            [$"{caller}  2 ", $"{caller} 192.0.2.1 4 2026-03-01T12:05:00Z"],
            failures.EnumerateArray().Select(one => string.Join(
                ' ', one.Text("caller"), one.GetProperty("network").GetString(), one.GetProperty("times"),
                one.GetProperty("blockedUntil").GetString())),
            StringComparer.Ordinal);

        Assert.Equal(
            "{\"login\":\"Alice\",\"uid\":1,\"unlocked\":true}\n",
            (await Engine.CommandAsync("account", "unlock", "alice", "--json")).Succeeded().Output);

        Assert.Null(await SignInAsync("alice", StoreFixture.Password, dialect));
        Assert.Equal("account_unlocked: ", (await EventsAsync())[0]);
        Assert.Equal(
            "No failed sign-ins of Alice are counted.\n",
            (await Engine.CommandAsync("account", "unlock", "alice")).Succeeded().Output);
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_or_all()
    {
        var (first, second, confirmed) = (
            await IssueAsync(lifetime: null), await IssueAsync(TimeSpan.FromHours(1)), await OpenConfirmedAsync());
        await CheckAsync(first, Other);

        var listed = (await Engine.CommandAsync("account", "sessions", "alice", "--json"))
            .Json().GetProperty("sessions");
        Assert.Equal(2, listed.GetArrayLength());
        Assert.Equal(
            ("mediapost", "Alice", "Gallery", Fixture.Gallery.ApiKey, "192.0.2.1"),
            (listed[0].Text("dialect"), listed[0].Text("login"), listed[0].Text("application"),
                listed[0].Text("apiKey"), listed[0].Text("openedFrom")));
        Assert.Null(listed[0].GetProperty("expires").GetString());
        Assert.Equal("2026-03-01T13:00:00Z", listed[1].Text("expires"));

        var id = listed[0].GetProperty("id").GetInt64();
        (await Engine.CommandAsync("account", "sessions", "bob_2", "--end", $"{id}")).Failed(1, $"no session {id}");
        (await Engine.CommandAsync("account", "sessions", "alice", "--end", "first")).Failed(2, "--end");
        Assert.Equal(
            "1 session ended.\n",
            (await Engine.CommandAsync("account", "sessions", "alice", "--end", $"{id}")).Succeeded().Output);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await CheckAsync(first, Other));
        Assert.NotNull(await CheckAsync(second, Other));

        Assert.Equal(
            "{\"login\":\"Alice\",\"uid\":1,\"sessionsEnded\":1}\n",
            (await Engine.CommandAsync("account", "sessions", "alice", "--end", "all", "--json")).Succeeded().Output);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await CheckAsync(second, Other));
        Assert.Null(await ExchangeAsync(confirmed));
        Assert.Equal("", (await Engine.CommandAsync("account", "sessions", "alice")).Succeeded().Output);
    }

    [Fact]
    public async Task Keys_are_listed_and_revoked_by_name()
    {
        var key = (await Engine.CommandAsync("account", "key", "alice", "old phone", "--json")).Json().Text("key");
        await Engine.CommandAsync("account", "key", "alice", "old phone");
        await Engine.CommandAsync("account", "key", "alice", "tablet");
        Assert.NotNull(await Other.Get<AccountKeys>().FindOwnerAsync("alice", key, default));

        var listed = (await Engine.CommandAsync("account", "keys", "alice", "--json")).Succeeded().Output;
        Assert.DoesNotContain(key, listed, StringComparison.Ordinal);
        Assert.StartsWith(
            "{\"keys\":[{\"name\":\"tablet\",\"created\":\"2026-03-01T12:00:00Z\",\"lastUsed\":null}", listed,
            StringComparison.Ordinal);

        (await Engine.CommandAsync("account", "keys", "alice", "--revoke", "phone")).Failed(1, "phone");
        Assert.Equal(
            "{\"login\":\"Alice\",\"uid\":1,\"keysRevoked\":2}\n",
            (await Engine.CommandAsync("account", "keys", "alice", "--revoke", "old phone", "--json"))
                .Succeeded().Output);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Other.Get<AccountKeys>().FindOwnerAsync("alice", key, default));
        Assert.EndsWith(
            "tablet\n", (await Engine.CommandAsync("account", "keys", "alice")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("account show nobody")]
    [InlineData("account password nobody --password-stdin")]
    [InlineData("account rename nobody somebody")]
    [InlineData("account email nobody a@example.test")]
    [InlineData("account delete nobody --yes")]
    [InlineData("account unlock nobody")]
    [InlineData("account sessions nobody")]
    [InlineData("account sessions nobody --end all")]
    [InlineData("account keys nobody")]
    [InlineData("account keys nobody --revoke phone")]
    [InlineData("session list --account nobody")]
    public async Task A_name_that_no_account_has_is_reported(string command) =>
        (await Engine.CommandWithInputAsync(NewPassword, isInteractive: false, command.Split(' ')))
            .Failed(1, "There is no account nobody.");

    private async Task<string> ListedAsync(params string[] options) => string.Join(
        ' ',
        (await Engine.CommandAsync(["account", "list", "--json", .. options])).Json().GetProperty("accounts")
            .EnumerateArray().Select(account => account.Text("login")));

    /// <summary>Signs in on the other node. Returns the refusal; null if the password is right.</summary>
    private async Task<FaultKind?> SignInAsync(string login, string password, string dialect = "browser") =>
        (await Node.Get<PasswordCheck>().CheckAsync(login, password, new SignInCaller(Home, dialect), default))
            .Succeeded(out _, out var fault) ? null : fault.Kind;

    private Task<Account?> AccountAsync(string login) =>
        Other.WithAsync<AccountAdministration, Account?>(accounts => accounts.FindAsync(login));

    /// <summary>The changes of Alice's account, the newest first, each with its detail.</summary>
    private async Task<List<string>> EventsAsync() =>
    [
        .. (await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, 100, default))
            .Where(happened => happened.Kind is not ("sign_in" or "sign_in_failed" or "sign_in_throttled"))
            .Select(happened => $"{happened.Kind}: {happened.Detail}"),
    ];
}
