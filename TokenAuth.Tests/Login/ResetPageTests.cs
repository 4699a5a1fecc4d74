using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>The page of a reset link. What ends a link is tested with the kernel.</summary>
public sealed class ResetPageTests : IAsyncLifetime
{
    private const string Chosen = "a wholly new password";

    private TestWorld _world = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync();
        _browser = new FormBrowser(_world.Server.Http);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Opening_the_page_uses_nothing_up_and_leaks_no_address()
    {
        var link = await LinkAsync();
        for (var i = 0; i < 3; i++)
        {
            var page = await _browser.GetAsync(link);
            Assert.Equal("Choose a new password", page.Heading);
            Assert.Equal("strict-origin", page.Header("Referrer-Policy"));
            Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
        }

        var done = await SetAsync(link, Chosen, Chosen);

        Assert.Equal("/signin", done.Location?.OriginalString);
        Assert.Equal(
            "Your password was changed. Sign in with the new one.",
            (await _browser.GetAsync("/signin")).Text("[role=status]"));
        Assert.True((await _browser.SignInAsync("alice", Chosen)).IsRedirect);
    }

    [Theory]
    [InlineData("short", "short", "A password has at least 8 characters.")]
    [InlineData("password1", "password1", "This is one of the most common passwords")]
    [InlineData(Chosen, "another password", "The two passwords are not the same.")]
    [InlineData(Chosen, "", "The two passwords are not the same.")]
    [InlineData("", "", "Enter a password")]
    public async Task A_refused_password_is_explained_and_the_link_stays(string chosen, string again, string problem)
    {
        var link = await LinkAsync();

        var page = await SetAsync(link, chosen, again);

        Assert.StartsWith(problem, page.Alert, StringComparison.Ordinal);
        Assert.Equal("/signin", (await SetAsync(link, Chosen, Chosen)).Location?.OriginalString);
    }

    [Fact]
    public async Task A_used_an_expired_and_an_unknown_link_get_the_same_answer()
    {
        var used = await LinkAsync();
        await SetAsync(used, Chosen, Chosen);
        var expired = await LinkAsync();
        _world.Clock.Advance(PasswordResets.Lifetime);

        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in new[]
        {
            used, expired, "/reset", "/reset?token=", "/reset?token=0123456789abcdef0123456789abcdef",
            "/reset?token=%00", $"/reset?token={new string('a', 5000)}", "/reset?token=a&token=b",
        })
        {
            var opened = await _browser.GetAsync(link);
            Assert.Equal((HttpStatusCode.NotFound, "This link does not work"), (opened.Status, opened.Heading));
            answers.Add(opened.Text("main")!);
            _browser.Token = (await _browser.GetAsync("/signin")).Token;
            var sent = await _browser.PostAsync(link, [("chosen", Chosen), ("again", Chosen)]);
            Assert.Equal(HttpStatusCode.NotFound, sent.Status);
            answers.Add(sent.Text("main")!);
        }

        Assert.Single(answers);
    }

    [Fact]
    public async Task An_old_form_is_shown_again_and_the_link_stays()
    {
        var link = await LinkAsync();

        var page = await _browser.PostAsync(link, [("chosen", Chosen), ("again", Chosen)]);

        Assert.Equal((HttpStatusCode.BadRequest, "Choose a new password"), (page.Status, page.Heading));
        Assert.Equal("/signin", (await SetAsync(link, Chosen, Chosen)).Location?.OriginalString);
    }

    [Fact]
    public async Task The_person_is_signed_out_everywhere_and_unlocked_in_this_browser()
    {
        using var elsewhere = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        for (var i = 0; i < 5; i++)
            await _browser.SignInAsync("alice", "wrong password");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await _browser.SignInAsync("alice")).Status);

        await SetAsync(await LinkAsync(), Chosen, Chosen);

        Assert.True((await elsewhere.GetAsync("/account")).IsRedirect);
        Assert.True((await _browser.SignInAsync("alice", Chosen)).IsRedirect);
    }

    private async Task<string> LinkAsync()
    {
        var resets = _world.Server.Services.GetRequiredService<PasswordResets>();
        return $"/reset?token={await resets.MakeAsync(_world.Alice.Id, by: null, from: null, default)}";
    }

    private Task<FormPage> SetAsync(string link, string chosen, string again) =>
        _browser.SubmitAsync(link, ("chosen", chosen), ("again", again));
}
