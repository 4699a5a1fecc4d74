using System.Net;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MyAccount;

/// <summary><c>/account/email</c>, with and without a mail server.</summary>
public sealed class EmailPageTests : IAsyncLifetime
{
    private const string Path = "/account/email";
    private const string Other = "alice@elsewhere.test";

    private readonly MailHost _host = MailHost.Start();
    private TestWorld _world = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync(_host.Arguments);
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_change_waits_for_the_link_and_the_former_address_is_told_before_and_after()
    {
        var sent = await ChangeAsync(Other);
        Assert.Equal(Path, sent.Location?.OriginalString);
        var page = await _browser.GetAsync(Path);
        Assert.Equal($"We sent a link to {Other}. Open it to finish the change.", page.Text("[role=status]"));
        Assert.Equal(_world.Alice.Email, page.Text("#current ~ p strong"));

        var told = await _host.NextAsync("E-mail address change requested");
        Assert.Equal(_world.Alice.Email, told.To);
        var link = MailHost.LinksIn(await _host.NextAsync("Confirm your e-mail address")).Single();
        Assert.Equal("Your e-mail address is confirmed", (await _browser.SubmitAsync(link)).Heading);

        Assert.Equal(_world.Alice.Email, (await _host.NextAsync("E-mail address changed")).To);
        page = await _browser.GetAsync(Path);
        Assert.Equal(Other, page.Text("#current ~ p strong"));
        Assert.Contains("Confirmed.", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_asks_for_the_password_again_and_keeps_what_was_typed()
    {
        _world.Clock.Advance(FreshProof.GoodFor);

        var asked = await ChangeAsync(Other);
        Assert.Equal("Confirm that it is you", asked.Heading);
        Assert.Contains(("email", Other), asked.Hidden);
        Assert.DoesNotContain(Other, (await _browser.GetAsync(Path)).Html, StringComparison.Ordinal);

        Assert.True((await _browser.PostAsync(
            Path, [.. asked.Hidden, (FreshProof.Field, TestWorld.Password)])).IsRedirect);
        Assert.Contains(Other, (await _browser.GetAsync(Path)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Enter an e-mail address, such as name@example.org.")]
    [InlineData("alice", "Enter an e-mail address, such as name@example.org.")]
    [InlineData("a@b.test\r\nBcc: c@d.test", "Enter an e-mail address, such as name@example.org.")]
    public async Task A_wrong_address_is_explained_at_the_field(string typed, string problem)
    {
        var page = await ChangeAsync(typed);

        Assert.Equal(problem, page.Alert);
        Assert.Equal("true", page.Attribute("#email", "aria-invalid"));
        Assert.Contains("problem", page.Attribute("#email", "aria-describedby"), StringComparison.Ordinal);
        Assert.Equal(typed, (page.Attribute("#email", "value") ?? "").ReplaceLineEndings("\r\n"));
    }

    [Fact]
    public async Task The_present_address_is_no_change()
    {
        Assert.Equal("This is already your address. Enter another one.", (await ChangeAsync(_world.Alice.Email!)).Alert);
        Assert.DoesNotContain(
            _host.Messages, message => message.Subject.Contains("Confirm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_link_can_be_sent_again_but_not_without_end()
    {
        for (var i = 0; i < 3; i++)
            Assert.True((await _browser.PostAsync($"{Path}?handler=Send", [])).IsRedirect);

        var page = await _browser.PostAsync($"{Path}?handler=Send", []);

        Assert.Equal(HttpStatusCode.TooManyRequests, page.Status);
        Assert.StartsWith("Too many links", page.Alert, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_can_be_taken_back()
    {
        await ChangeAsync(Other);
        var link = MailHost.LinksIn(await _host.NextAsync("Confirm your e-mail address")).Single();

        await _browser.PostAsync($"{Path}?handler=Cancel", []);

        Assert.DoesNotContain(Other, (await _browser.GetAsync(Path)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync(link)).Status);
    }

    [Fact]
    public async Task Without_a_mail_server_the_address_changes_at_once_and_nothing_is_promised()
    {
        await using var world = await TestWorld.StartAsync();
        using var browser = await FormBrowser.SignedInAsync(world.Server, world.Alice);

        var page = await browser.GetAsync(Path);
        Assert.DoesNotContain("link", page.Text("main"), StringComparison.OrdinalIgnoreCase);
        await browser.PostAsync(Path, [("email", Other)]);

        page = await browser.GetAsync(Path);
        Assert.Equal("Your e-mail address was changed.", page.Text("[role=status]"));
        Assert.Equal(Other, page.Text("#current ~ p strong"));
    }

    [Fact]
    public async Task A_stranger_is_asked_to_sign_in()
    {
        using var stranger = new FormBrowser(_world.Server.Http);

        Assert.True((await stranger.GetAsync(Path)).IsRedirect);
    }

    private Task<FormPage> ChangeAsync(string email) => _browser.PostAsync(Path, [("email", email)]);
}
