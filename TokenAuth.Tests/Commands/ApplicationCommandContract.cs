using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;
using TokenAuth.Wetpaint;

namespace TokenAuth.Tests.Commands;

/// <summary>The operator's commands on applications and sessions, while two nodes run on the same store.</summary>
public abstract class ApplicationCommandContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private string Key => Fixture.Gallery.ApiKey;

    [Fact]
    public async Task An_application_of_OpenID_Connect_has_its_own_options()
    {
        var added = (await Engine.CommandAsync(
            "app", "add", "Photos", "--kind", "oidc", "--redirect", "https://photos.example.org/back", "--exchange",
            "--audience", "https://api.example.org", "--json")).Json();
        Assert.Equal(["apiKey", "secret"], added.Members);
        var key = added.Text("apiKey");

        var text = (await Engine.CommandAsync(
            "app", "set", key, "--redirect", "https://photos.example.org/new", "--clear", "audience",
            "--exchange", "false")).Succeeded().Output;
        Assert.Contains("redirects               https://photos.example.org/new\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("api.example.org", text, StringComparison.Ordinal);
        Assert.DoesNotContain("all applications", text, StringComparison.Ordinal);

        var open = (await Engine.CommandAsync(
            "app", "add", "Phone", "--kind", "oidc", "--public", "--redirect", "org.example.phone:/back",
            "--json")).Json();
        Assert.Equal(["apiKey"], open.Members);
    }

    [Theory]
    [InlineData("--kind", "web", "--redirect", "https://photos.example.org/")]
    [InlineData("--kind", "service", "--public")]
    [InlineData("--kind", "oidc", "--redirect", "org.example.phone:/back")]
    [InlineData("--kind", "oidc", "--redirect", "https://photos.example.org/#part")]
    [InlineData("--kind", "oidc", "--redirect", "javascript:alert(1)")]
    [InlineData("--kind", "oidc", "--public", "--exchange")]
    [InlineData("--kind", "oidc", "--sector", "not a host")]
    [InlineData("--kind", "oidc", "--exchange-from", "Gallery")]
    public async Task A_wrong_option_of_OpenID_Connect_is_refused(params string[] options) =>
        Assert.NotEqual(0, (await Engine.CommandAsync(["app", "add", "Photos", .. options])).Status);

    [Fact]
    public async Task An_application_is_shown_without_its_secret()
    {
        await Engine.CommandAsync("app", "rotate", Key);

        var shown = (await Engine.CommandAsync("app", "show", Key, "--json")).Json();
        Assert.Equal(
            [
                "apiKey", "name", "kind", "enabled", "callback", "namespaces", "allow", "quota", "nonproduction",
                "created", "previousSecretValidUntil", "redirects", "signOutRedirects", "isPublic", "sector",
                "exchange", "exchangesFrom", "audiences", "state", "owner", "homePage", "askedQuota",
            ],
            shown.Members);
        Assert.Equal("2026-03-02T12:00:00Z", shown.Text("previousSecretValidUntil"));

        var text = (await Engine.CommandAsync("app", "show", Fixture.Frugal.ApiKey)).Succeeded().Output;
        Assert.Contains("name                    Frugal\n", text, StringComparison.Ordinal);
        Assert.Contains("quota                   1000/60\n", text, StringComparison.Ordinal);
        Assert.Contains("allowed networks        any\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_changes_what_is_given_and_nothing_else_on_every_node()
    {
        await Engine.CommandAsync(
            "app", "set", Key, "--callback", "gallery.example.test/back", "--namespace", "a", "--namespace", "b",
            "--allow", "192.0.2.0/24", "--quota", "5/60");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await FindAsync(Other))!.MayBeCalledFrom(System.Net.IPAddress.Loopback));

        var changed = (await Engine.CommandAsync(
            "app", "set", Key, "--name", "Old Gallery", "--allow", "127.0.0.1", "--nonproduction", "true", "--json"))
            .Json();

        Assert.Equal(
            """
            "Old Gallery" "web" true "http://gallery.example.test/back" ["a","b"] ["127.0.0.1/32"] "5/60" true
            """,
            Facts(changed));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await FindAsync(Other))!.MayBeCalledFrom(System.Net.IPAddress.Loopback));

        var cleared = (await Engine.CommandAsync(
            "app", "set", Key, "--clear", "callback", "--clear", "namespace", "--clear", "allow", "--clear", "quota",
            "--nonproduction", "false", "--json")).Json();
        Assert.Equal("\"Old Gallery\" \"web\" true null [] [] null false", Facts(cleared));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null((await FindAsync(Other))!.QuotaRule());
        Assert.Equal(
            [
                "application_changed: callback, namespaces, networks, quota, nonproduction",
                "application_changed: name, networks, nonproduction",
                "application_changed: callback, namespaces, networks, quota",
            ],
            (await EventsAsync()).Take(3), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("", "nothing to change")]
    [InlineData("--quota 5/60 --clear quota", "contradict")]
    [InlineData("--clear secret", "secret")]
    [InlineData("--quota 5", "--quota")]
    [InlineData("--allow 10.0.0.0/33", "--allow")]
    [InlineData("--callback ftp://example.test", "--callback")]
    [InlineData("--nonproduction perhaps", "perhaps")]
    public async Task A_wrong_change_is_wrong_usage(string options, string reason)
    {
        (await Engine.CommandAsync(["app", "set", Key, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]))
            .Failed(2, reason);

        Assert.DoesNotContain(
            await EventsAsync(), one => one.StartsWith("application_changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deleted_application_leaves_its_events_and_no_other_applications_rows_go()
    {
        var gallerys = await IssueAsync(lifetime: null);
        await OpenConfirmedAsync();
        var uploaders = RandomToken.Hex(32);
        await Node.Sessions.IssueAsync(
            new NewSession(
                Dialect, uploaders, null, Fixture.Uploader.Id, Fixture.Alice.Id, "", null, Slides: false, Home),
            default);
        await Node.Quota.TakeAsync(Fixture.Gallery.Id, new(100, TimeSpan.FromMinutes(1)), default);
        for (var i = 0; i < 12; i++)
            await LogInAsync($"user{i}");
        Assert.NotNull(await CheckAsync(gallerys, Other));
        Assert.NotNull(await FindAsync(Other));

        Assert.Equal(
            $"{{\"apiKey\":\"{Key}\",\"name\":\"Gallery\",\"sessionsEnded\":13}}\n",
            (await Engine.CommandAsync("app", "delete", Key, "--yes", "--json")).Succeeded().Output);

        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await FindAsync(Other));
        Assert.Null(await CheckAsync(gallerys, Other));
        Assert.NotNull(await CheckAsync(uploaders, Other));
        string[] emptied = ["handshakes", "consents", "quotas", "application_users", "application_user_roles"];
        foreach (var table in emptied)
            Assert.Equal(0, await Node.CountAsync(table));
        Assert.Equal(2, await Node.CountAsync("applications"));
        Assert.Equal(
            ["application_deleted: Gallery, 13 sessions ended", "application_disabled: "], (await EventsAsync()).Take(2),
            StringComparer.Ordinal);
        (await Engine.CommandAsync("app", "delete", Key, "--yes")).Failed(1, Key);
    }

    [Fact]
    public async Task Deleting_needs_a_confirmation_with_the_name()
    {
        (await Engine.CommandAsync("app", "delete", Key)).Failed(2, "--yes");
        var refused = await Engine.CommandWithInputAsync("y", isInteractive: true, "app", "delete", Key);
        Assert.Equal((1, ""), (refused.Status, refused.Output));
        Assert.NotNull(await FindAsync(Node));

        var deleted = await Engine.CommandWithInputAsync("Gallery", isInteractive: true, "app", "delete", Key);
        Assert.Equal((0, "Gallery is deleted. 0 sessions ended.\n"), (deleted.Status, deleted.Output));
    }

    [Theory]
    [InlineData("app show K")]
    [InlineData("app set K --name X")]
    [InlineData("app delete K --yes")]
    [InlineData("session list --app K")]
    public async Task A_key_that_no_application_has_is_reported(string command) =>
        (await Engine.CommandAsync(command.Split(' '))).Failed(1, "There is no application K.");

    [Fact]
    public async Task Sessions_are_listed_by_account_application_and_dialect_and_expired_ones_are_not()
    {
        await IssueAsync(lifetime: null);
        await IssueAsync(TimeSpan.FromMinutes(1));
        await LogInAsync("ann");
        await Node.Sessions.IssueAsync(
            new NewSession(
                "browser", RandomToken.Hex(32), null, null, Fixture.Bob.Id, "", TimeSpan.FromHours(12), Slides: true,
                Home),
            default);
        Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("mediapost wetpaint browser", await ListedAsync());
        Assert.Equal("mediapost", await ListedAsync("--account", "alice"));
        Assert.Equal("mediapost wetpaint", await ListedAsync("--app", Key));
        Assert.Equal("", await ListedAsync("--app", Fixture.Uploader.ApiKey));
        Assert.Equal("browser", await ListedAsync("--dialect", "browser"));
        Assert.Equal("", await ListedAsync("--dialect", "browser", "--account", "alice"));
        (await Engine.CommandAsync("session", "list", "--dialect", "gopher")).Failed(2, "gopher");

        var ticket = (await Engine.CommandAsync("session", "list", "--dialect", "wetpaint", "--json")).Json()
            .GetProperty("sessions")[0];
        Assert.Equal(
            [
                "id", "dialect", "login", "uid", "namespace", "user", "application", "apiKey", "permissions", "created",
                "lastUsed", "expires", "openedFrom", "boundTo",
            ],
            ticket.Members);
        Assert.Equal(("wiki", "ann"), (ticket.Text("namespace"), ticket.Text("user")));

        await Engine.CommandAsync("app", "disable", Key);
        Assert.Equal("browser", await ListedAsync());
    }

    [Fact]
    public async Task A_list_of_sessions_longer_than_a_page_is_complete()
    {
        await IssueAsync(lifetime: null);
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            $"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11000)
            INSERT INTO sessions (token_hash, dialect, account_id, permissions, created_at, last_used_at, opened_from)
            SELECT CAST('hash ' || i AS {Engine.BytesType}), 'mediapost', @bob, '', 0, 0, '192.0.2.9' FROM n
            """,
            ("@bob", Fixture.Bob.Id)));
        await IssueAsync(lifetime: null);

        Assert.Equal(11002, (await ListedAsync()).Split(' ').Length);
        Assert.Equal(11000, (await ListedAsync("--account", "bob_2")).Split(' ').Length);
        Assert.Equal(2, (await ListedAsync("--account", "alice")).Split(' ').Length);
    }

    [Fact]
    public async Task An_application_gets_an_owner_and_what_the_owner_asks_for_is_decided()
    {
        var set = (await Engine.CommandAsync(
            "app", "set", Key, "--owner", "alice", "--home-page", "gallery.test", "--json")).Json();
        Assert.Equal(
            (Fixture.Alice.Id, "http://gallery.test"), (set.GetProperty("owner").GetInt64(), set.Text("homePage")));
        Assert.Equal(1, (await Engine.CommandAsync("app", "set", Key, "--owner", "nobody")).Status);
        Assert.Equal(2, (await Engine.CommandAsync("app", "set", Key, "--owner", "alice", "--clear", "owner")).Status);
        Assert.Equal(1, (await Engine.CommandAsync("app", "approve", Key)).Status);
        Assert.Equal(1, (await Engine.CommandAsync("app", "approve", new string('0', 32))).Status);

        var by = new ChangedBy(Home, Fixture.Alice.Id);
        var (_, waiting, _) = await Node.Get<ApplicationOwners>().RegisterAsync(
            new NewApplication("Mine", ApplicationKind.Web, null, [], [], null, Nonproduction: false) { Waits = true },
            5, by, default);
        Assert.Equal(1, (await Engine.CommandAsync("app", "enable", waiting.ApiKey)).Status);
        Assert.Equal(2, (await Engine.CommandAsync("app", "refuse", waiting.ApiKey, "--reason", "")).Status);
        var refused = (await Engine.CommandAsync(
            "app", "refuse", waiting.ApiKey, "--reason", "The name is taken", "--json")).Json();
        Assert.Equal("refused", refused.Text("decision"));
        Assert.Equal("refused", (await Engine.CommandAsync("app", "show", waiting.ApiKey, "--json")).Json().Text("state"));
        await Node.Get<ApplicationOwners>().ChangeAsync(
            waiting, new ApplicationChange("Ours") { AsksAgain = true }, by, default);
        var approved = (await Engine.CommandAsync("app", "approve", waiting.ApiKey, "--json")).Json();
        Assert.Equal("registration", approved.GetProperty("parts")[0].GetString());
        Assert.NotNull(await Other.Get<ApplicationDirectory>().FindEnabledAsync(waiting.ApiKey, default));

        var cleared = (await Engine.CommandAsync("app", "set", Key, "--clear", "owner", "--json")).Json();
        Assert.Equal(JsonValueKind.Null, cleared.GetProperty("owner").ValueKind);
    }

    private async Task<string> ListedAsync(params string[] options) => string.Join(
        ' ',
        (await Engine.CommandAsync(["session", "list", "--json", .. options])).Json().GetProperty("sessions")
            .EnumerateArray().Select(session => session.Text("dialect")));

    private ValueTask<Application?> FindAsync(StoreNode node) =>
        node.Get<ApplicationDirectory>().FindEnabledAsync(Key, default);

    private static string Facts(JsonElement application) => string.Join(
        ' ',
        new[] { "name", "kind", "enabled", "callback", "namespaces", "allow", "quota", "nonproduction" }
            .Select(member => application.GetProperty(member).GetRawText()));

    private async Task<List<string>> EventsAsync() =>
    [
        .. (await Node.Get<SecurityEvents>().ListAsync(null, null, null, 100, default))
            .Where(happened => happened.Kind.StartsWith("application", StringComparison.Ordinal))
            .Select(happened => $"{happened.Kind}: {happened.Detail}"),
    ];

    /// <summary>Logs a user of the gallery in, who gets a session.</summary>
    private async Task LogInAsync(string user)
    {
        var application = (await FindAsync(Node))!;
        var said = new UserAssertion(
            application, "wiki", user, $"{user}@example.test", EmailOptIn: true, DisplayName: null, ProfileUrl: null,
            AvatarUrl: null, Role: null, ("wetpaint", $"signature of {user}", Clock.GetUtcNow().AddMinutes(10)));
        var fault = await Node.Get<UserRegistry>().LoginAsync(
            said,
            new NewSession(
                "wetpaint", RandomToken.Hex(32), null, application.Id, AccountId: null, "", TimeSpan.FromHours(10),
                Slides: false, Home),
            default);
        Assert.Null(fault);
    }
}
