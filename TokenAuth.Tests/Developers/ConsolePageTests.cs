using System.Net;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Developers;

/// <summary>The forms of the developers' console.</summary>
public sealed class ConsolePageTests : IAsyncLifetime
{
    private static readonly string[] Pages = ["", "/faults", "/edit", "/secret", "/transfer", "/delete"];

    private ConsoleWorld _own = null!;

    public async ValueTask InitializeAsync() => _own = await ConsoleWorld.StartAsync("--TokenAuth:Console:MaxApplications=3");

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task An_application_works_at_once_with_the_quota_of_the_operator()
    {
        var app = await _own.RegisterAsync(
            "Mine", ("callback", "mine.test/back"), ("home", "https://mine.test/"), ("networks", "127.0.0.0/8\n10.0.0.1"),
            ("namespaces", "one\r\ntwo"), ("quota", "9/60"));

        var registered = (await _own.FindAsync(app.ApiKey))!;
        Assert.Equal(
            (true, "http://mine.test/back", "https://mine.test/", _own.World.Alice.Id, 5000L, 9L),
            (registered.Enabled, registered.Callback, registered.HomePage, registered.OwnerId, registered.QuotaCalls,
                registered.AskedCalls));
        Assert.Equal(["127.0.0.0/8", "10.0.0.1/32"], registered.Networks);
        Assert.Equal(["one", "two"], registered.Namespaces);
        using var client = new MediaPost.MediaPostClient(_own.World);
        Assert.NotEmpty(await client.TokenAsync(app));
        var happened = await _own.LatestAsync(_own.World.Alice);
        Assert.Equal(("application_registered", "127.0.0.1"), (happened.Kind, happened.Address));
        Assert.DoesNotContain(
            app.Secret, (await _own.Browser.GetAsync($"/console/{app.Id}")).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name", "", "The name has 1 to 100 characters")]
    [InlineData("name", "a\u202Eb", "The name has 1 to 100 characters")]
    [InlineData("name", "gallery", "Another application has this name")]
    [InlineData("kind", "king", "Choose a kind")]
    [InlineData("kind", "7", "Choose a kind")]
    [InlineData("callback", "javascript://x/%0Aalert(1)", "The callback is an http or https URL")]
    [InlineData("home", "http://user@mine.test/", "The home page is an http or https URL")]
    [InlineData("networks", "10.0.0.0/99", "\"10.0.0.0/99\" is not a network")]
    [InlineData("namespaces", "a b", "A namespace has 1 to 100 characters")]
    [InlineData("quota", "many", "The quota is N/SECONDS")]
    [InlineData("redirects", "https://mine.test/", "Redirects are for applications of the kind OpenID Connect")]
    [InlineData("public", "1", "Only applications of the kind OpenID Connect")]
    public async Task A_wrong_field_is_named_and_nothing_is_registered(string field, string value, string problem)
    {
        (string Name, string Value)[] fields = [("name", "Mine"), ("kind", "web"), ("home", "mine.test")];
        var page = await _own.Browser.PostAsync(
            "/console/new", [.. fields.Where(one => one.Name != field), (field, value)]);

        Assert.StartsWith(problem, page.Text($"#{field}-error"), StringComparison.Ordinal);
        Assert.Equal("true", page.Attribute($"[name={field}]", "aria-invalid"));
        Assert.Empty(await _own.Get<OwnedApplications>().ListAsync(_own.World.Alice.Id, default));
    }

    [Fact]
    public async Task Too_many_lines_and_too_many_applications_are_refused()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 21).Select(i => $"n{i}"));
        var page = await _own.Browser.PostAsync("/console/new", ConsoleWorld.Fields(("name", "A"), ("namespaces", lines)));
        Assert.StartsWith("There can be 20 lines", page.Text("#namespaces-error"), StringComparison.Ordinal);
        foreach (var name in new[] { "A", "B", "C" })
            await _own.RegisterAsync(name);

        page = await _own.Browser.PostAsync("/console/new", ConsoleWorld.Fields(("name", "D")));

        Assert.StartsWith("You have as many applications", page.Alert, StringComparison.Ordinal);
        Assert.Equal(0, (await _own.Browser.GetAsync("/console")).Count("a[href='/console/new']"));
    }

    [Fact]
    public async Task An_application_of_OpenID_Connect_has_redirects_and_a_public_one_no_secret()
    {
        var page = await _own.Browser.PostAsync("/console/new",
        [
            ("name", "Phone"), ("kind", "oidc"), ("redirects", "com.example.phone:/back"), ("public", "1"),
        ]);
        var registered = (await _own.FindAsync(page.Text("#key")!))!;

        Assert.Null(page.Text("#secret"));
        Assert.True(registered.IsPublic);
        Assert.Equal(["com.example.phone:/back"], registered.Redirects);
        Assert.NotNull((await _own.Browser.PostAsync($"/console/{registered.Id}/secret", [("overlap", "24")])).Alert);
    }

    [Fact]
    public async Task A_service_waits_for_an_approval_even_if_registration_is_open()
    {
        var app = await _own.RegisterAsync("Watcher", ("kind", "service"));

        Assert.True((await _own.FindAsync(app.ApiKey))!.IsWaiting);
        Assert.Contains(
            "an administrator has to approve it", (await _own.Browser.GetAsync($"/console/{app.Id}")).Html,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_everybody_but_the_owner_the_pages_of_an_application_do_not_exist()
    {
        var app = await _own.RegisterAsync("Mine");
        using var bob = await FormBrowser.SignedInAsync(_own.World.Server, _own.World.Bob);
        using var stranger = new FormBrowser(_own.World.Server.Http);
        foreach (var page in Pages)
        {
            var path = $"/console/{app.Id}{page}";
            Assert.Equal(HttpStatusCode.OK, (await _own.Browser.GetAsync(path)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync(path)).Status);
            Assert.True((await stranger.GetAsync(path)).IsRedirect);
            Assert.Equal(HttpStatusCode.NotFound, (await _own.Browser.GetAsync($"/console/{app.Id + 99}{page}")).Status);
        }

        foreach (var form in new[]
        {
            "/edit", "/edit?handler=Logo", "/edit?handler=RemoveLogo", "/secret", "/transfer?handler=Offer",
            "/transfer?handler=Withdraw", "/delete", "?handler=Disable", "?handler=Enable",
        })
        {
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await bob.PostAsync($"/console/{app.Id}{form}", [("name", "Mine"), ("overlap", "0")])).Status);
            _own.Browser.Token = "";
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await _own.Browser.PostAsync($"/console/{app.Id}{form}", [("name", "Mine"), ("overlap", "0")])).Status);
            await _own.Browser.ReadAsync("/account");
        }

        Assert.True((await _own.FindAsync(app.ApiKey))!.Enabled);
    }

    [Fact]
    public async Task What_is_dangerous_needs_a_fresh_proof()
    {
        var app = await _own.RegisterAsync("Mine");
        _own.World.Clock.Advance(FreshProof.GoodFor);
        foreach (var (form, fields) in new (string, (string, string)[])[]
        {
            ("/edit", [("name", "Ours")]), ("/secret", [("overlap", "24")]),
            ("/transfer?handler=Offer", [("login", "bob_2")]), ("/delete", [("name", "Mine")]),
        })
        {
            var page = await _own.Browser.PostAsync($"/console/{app.Id}{form}", fields);
            Assert.Equal("Confirm that it is you", page.Heading);
        }

        var found = (await _own.FindAsync(app.ApiKey))!;
        Assert.Equal(("Mine", null, null), (found.Name, found.PreviousProtectedSecret, found.OfferedTo));
        var proved = await _own.Browser.PostAsync(
            $"/console/{app.Id}/secret", [("overlap", "24"), ("proof", TestWorld.Password)]);
        Assert.NotNull(proved.Text("#secret"));
    }

    [Fact]
    public async Task Both_secrets_sign_until_the_chosen_time()
    {
        var app = await _own.RegisterAsync("Mine");
        using var client = new MediaPost.MediaPostClient(_own.World);
        Assert.NotNull((await _own.Browser.PostAsync($"/console/{app.Id}/secret", [("overlap", "5")])).Alert);
        var page = await _own.Browser.PostAsync($"/console/{app.Id}/secret", [("overlap", "1")]);
        var next = app with { Secret = page.Text("#secret")! };
        Assert.NotEmpty(await client.TokenAsync(app));
        Assert.NotEmpty(await client.TokenAsync(next));

        await _own.Browser.PostAsync($"/console/{app.Id}/secret", [("overlap", "0")]);

        Assert.Equal(104, (await client.AskAsync(next, "auth.createToken")).Code);
    }

    [Fact]
    public async Task An_application_is_changed_disabled_enabled_and_deleted()
    {
        var app = await _own.RegisterAsync("Mine");
        var path = $"/console/{app.Id}";
        Assert.True((await _own.Browser.PostAsync(
            $"{path}/edit", [("name", "Ours"), ("callback", "https://ours.test/"), ("namespaces", "n")])).IsRedirect);
        Assert.StartsWith(
            "The application was changed.", (await _own.Browser.GetAsync(path)).Text("[role=status]"),
            StringComparison.Ordinal);
        Assert.Equal("https://ours.test/", (await _own.FindAsync(app.ApiKey))!.Callback);
        Assert.Equal("name, callback, namespaces", (await _own.LatestAsync(_own.World.Alice)).Detail);

        await _own.Browser.PostAsync($"{path}?handler=Disable", []);
        Assert.Equal(DisabledReason.Owner, (await _own.FindAsync(app.ApiKey))!.DisabledFor);
        await _own.Browser.PostAsync($"{path}?handler=Enable", []);
        Assert.True((await _own.FindAsync(app.ApiKey))!.Enabled);
        await _own.World.ChangeStoreAsync("UPDATE applications SET enabled = FALSE, disabled_for = 0");
        Assert.NotNull((await _own.Browser.PostAsync($"{path}?handler=Enable", [])).Alert);

        Assert.NotNull((await _own.Browser.PostAsync($"{path}/delete", [("name", "Mine")])).Alert);
        Assert.True((await _own.Browser.PostAsync($"{path}/delete", [("name", "Ours")])).IsRedirect);
        Assert.Null(await _own.FindAsync(app.ApiKey));
        Assert.Equal("application_deleted", (await _own.LatestAsync(_own.World.Alice)).Kind);
    }

    [Fact]
    public async Task The_owner_sees_the_faults_of_calls_with_method_number_and_parameter_and_no_value()
    {
        var app = await _own.RegisterAsync("Mine");
        using var client = new Ipernity.IpernityClient(_own.World);
        await client.AskAsync(app, "auth.getToken", ("frob", "1-sensitive"));
        await client.AskAsync(app with { Secret = "wrong" }, "auth.getFrob");
        await client.AskAsync(app, "no.such.method");
        await client.AskAsync(app with { ApiKey = new string('0', 32) }, "auth.getFrob");

        var page = await _own.Browser.GetAsync($"/console/{app.Id}/faults");

        Assert.Equal(
            ["ipernityauth.getToken", "2", "frob"],
            page.Texts("[aria-labelledby=proven] tbody tr:first-child td").Skip(1).Take(3)
                .Select(text => text.Split('\n')[0].Trim()),
            StringComparer.Ordinal);
        Assert.Equal(
            ["ipernityauth.getFrob", "105", "api_sig"],
            page.Texts("[aria-labelledby=unproven] tbody tr:first-child td").Skip(1).Take(3)
                .Select(text => text.Split('\n')[0].Trim()),
            StringComparer.Ordinal);
        Assert.Equal(2, page.Count("tbody tr"));
        Assert.DoesNotContain("sensitive", page.Html, StringComparison.Ordinal);
        var overview = await _own.Browser.GetAsync($"/console/{app.Id}");
        Assert.Contains("ipernity 105", overview.Html, StringComparison.Ordinal);
    }
}
