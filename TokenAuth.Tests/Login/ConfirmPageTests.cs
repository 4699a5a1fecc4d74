using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary><c>/confirm</c>, from sign-up to the confirmed address.</summary>
public sealed class ConfirmPageTests : IAsyncLifetime
{
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
    public async Task A_new_person_gets_a_link_in_the_language_of_the_page_and_no_notice_of_a_new_browser()
    {
        var token = (await _browser.GetAsync("/signup")).Hidden;
        await _browser.PostAsync(
            "/signup",
            [.. token, ("login", "dora"), ("email", "dora@example.test"), ("password", "a password of theirs")],
            ("Accept-Language", "fr"));

        var message = await _host.NextAsync();
        Assert.Equal(("dora@example.test", "TokenAuth: Confirmez votre adresse e-mail"), (message.To, message.Subject));
        Assert.StartsWith("Bonjour dora,", message.Text, StringComparison.Ordinal);
        await MailHost.SendAsync(_world.Server);
        Assert.Single(_host.Messages);
    }

    [Fact]
    public async Task Opening_the_link_shows_the_account_and_uses_nothing_up()
    {
        var link = await SignUpAsync();
        using var elsewhere = new FormBrowser(_world.Server.Http);
        for (var i = 0; i < 3; i++)
        {
            var page = await elsewhere.GetAsync(link);
            Assert.Equal("Confirm your e-mail address", page.Heading);
            Assert.Contains("dora@example.test", page.Html, StringComparison.Ordinal);
            Assert.Equal("strict-origin", page.Header("Referrer-Policy"));
        }

        var done = await elsewhere.SubmitAsync(link);

        Assert.Equal("Your e-mail address is confirmed", done.Heading);
        Assert.Contains("Confirmed.", (await _browser.GetAsync("/account/email")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_used_an_expired_and_an_unknown_link_get_the_same_answer()
    {
        var used = await SignUpAsync();
        await _browser.SubmitAsync(used);
        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in new[]
        {
            used, "/confirm", "/confirm?token=", "/confirm?token=0123456789abcdef0123456789abcdef",
            "/confirm?token=%00", $"/confirm?token={new string('a', 5000)}", "/confirm?token=a&token=b",
        })
        {
            var opened = await _browser.GetAsync(link);
            Assert.Equal((HttpStatusCode.NotFound, "This link does not work"), (opened.Status, opened.Heading));
            _browser.Token = opened.Token;
            var sent = await _browser.PostAsync(link, []);
            Assert.Equal(HttpStatusCode.NotFound, sent.Status);
            answers.Add(opened.Text("main")!);
            answers.Add(sent.Text("main")!);
        }

        Assert.Single(answers);
    }

    [Fact]
    public async Task An_old_form_is_shown_again_and_the_link_stays()
    {
        var link = await SignUpAsync();
        using var elsewhere = new FormBrowser(_world.Server.Http);

        var page = await elsewhere.PostAsync(link, []);

        Assert.Equal((HttpStatusCode.BadRequest, "Confirm your e-mail address"), (page.Status, page.Heading));
        Assert.StartsWith("This form was open for too long.", page.Alert, StringComparison.Ordinal);
        Assert.Equal("Your e-mail address is confirmed", (await elsewhere.SubmitAsync(link)).Heading);
    }

    [Fact]
    public async Task The_log_has_no_token()
    {
        var link = await SignUpAsync();
        await _browser.SubmitAsync(link);

        var token = link.Split('=')[1];
        Assert.DoesNotContain(_world.Server.Log.Lines, line => line.Contains(token, StringComparison.Ordinal));
        Assert.False(await _world.Server.KeepsAsync(token));
    }

    [Fact]
    public async Task Without_a_mail_server_a_sign_up_queues_nothing()
    {
        await using var world = await TestWorld.StartAsync();
        using var browser = new FormBrowser(world.Server.Http);

        Assert.True((await browser.SignUpAsync("dora", "dora@example.test")).IsRedirect);

        Assert.Empty(await world.Server.Services.GetRequiredService<TokenAuth.Kernel.Mail.MailQueue>()
            .ListAsync(10, default));
        Assert.False(world.Server.Services.GetRequiredService<EmailConfirmations>().IsOn);
    }

    private async Task<string> SignUpAsync()
    {
        Assert.True((await _browser.SignUpAsync("dora", "dora@example.test")).IsRedirect);
        return MailHost.LinksIn(await _host.NextAsync("Confirm your e-mail address")).Single();
    }
}
