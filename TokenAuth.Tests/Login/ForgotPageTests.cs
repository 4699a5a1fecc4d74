using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary><c>/forgot</c>: the same answer for everybody, and a link for whoever has an account.</summary>
public sealed class ForgotPageTests : IAsyncLifetime
{
    private const string Chosen = "a new and longer password";

    private readonly MailHost _host = MailHost.Start();
    private TestWorld _world = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync(_host.Arguments);
        _browser = new FormBrowser(_world.Server.Http);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_person_asks_gets_a_link_chooses_a_password_and_signs_in_with_it()
    {
        var sent = await AskAsync("alice");
        Assert.Equal("/forgot?sent=1", sent.Location?.OriginalString);
        Assert.StartsWith(
            "If there is an account", (await _browser.GetAsync("/forgot?sent=1")).Text("[role=status]"),
            StringComparison.Ordinal);
        await MailHost.SendAsync(_world.Server);

        var link = MailHost.LinksIn(await _host.NextAsync("Choose a new password")).Single();
        await _browser.SubmitAsync(link, ("chosen", Chosen), ("again", Chosen));

        Assert.True((await _browser.SignInAsync("alice", Chosen)).IsRedirect);
        Assert.Equal(
            "TokenAuth: Password reset",
            (await _host.NextAsync("Password reset")).Subject);
    }

    [Fact]
    public async Task Known_and_unknown_names_and_addresses_get_the_same_answer()
    {
        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var who in new[]
        {
            _world.Alice.Login, _world.Alice.Email!, _world.Sybil.Login, "nobody", "nobody@example.test", "<b>", "%",
        })
        {
            var answer = await AskAsync(who);
            answers.Add($"{answer.Status} {answer.Location} {answer.Heading} {string.Join(' ', answer.SetCookies)}");
        }

        Assert.Single(answers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task Nothing_typed_is_explained_at_the_field(string who)
    {
        var page = await AskAsync(who);

        Assert.Equal("Enter your login name or your e-mail address.", page.Alert);
        Assert.Equal("true", page.Attribute("#who", "aria-invalid"));
        Assert.Equal("problem", page.Attribute("#who", "aria-describedby"));
    }

    [Fact]
    public async Task A_network_that_asks_too_often_is_told_when_to_try_again_and_keeps_what_it_typed()
    {
        for (var i = 0; i < 10; i++)
            Assert.True((await AskAsync($"person{i}")).IsRedirect);

        var page = await AskAsync("alice");

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1)), (page.Status, page.RetryAfter));
        Assert.StartsWith("Too many links", page.Alert, StringComparison.Ordinal);
        Assert.Equal("alice", page.Attribute("#who", "value"));
    }

    [Fact]
    public async Task A_form_that_was_open_for_too_long_keeps_what_was_typed()
    {
        var page = await _browser.PostAsync("/forgot", [("who", "alice")]);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Equal("alice", page.Attribute("#who", "value"));
    }

    [Fact]
    public async Task The_page_is_in_the_browsers_language()
    {
        Assert.Equal(
            "Passwort vergessen?", (await _browser.GetAsync("/forgot", ("Accept-Language", "de-AT,de;q=0.9"))).Heading);
        Assert.Equal("Mot de passe oublié\u00a0?", (await _browser.GetAsync("/forgot", ("Accept-Language", "fr"))).Heading);
    }

    [Fact]
    public async Task Without_a_mail_server_the_page_says_who_can_help()
    {
        await using var world = await TestWorld.StartAsync("--TokenAuth:Site:SupportUrl=https://help.example.test/");
        using var browser = new FormBrowser(world.Server.Http);

        var page = await browser.GetAsync("/forgot");
        Assert.StartsWith("This service cannot send e-mail", page.Text("main p"), StringComparison.Ordinal);
        Assert.Equal(0, page.Count("main form"));
        Assert.Equal("https://help.example.test/", page.Attribute("main a", "href"));
        browser.Token = (await browser.GetAsync("/signin")).Token;
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/forgot", [("who", "alice")])).Status);
    }

    private Task<FormPage> AskAsync(string who) => _browser.SubmitAsync("/forgot", ("who", who));
}
