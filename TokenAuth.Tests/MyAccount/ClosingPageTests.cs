using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MyAccount;

/// <summary>A person takes the data along, closes the account, and comes back or does not.</summary>
public sealed class ClosingPageTests : IAsyncLifetime
{
    private const string Keep = "/account/keep";

    private TestWorld _world = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync();
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Closing_needs_a_fresh_proof_signs_everything_out_and_says_until_when_to_come_back()
    {
        using var other = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        _world.Clock.Advance(FreshProof.GoodFor);

        var asked = await _browser.PostAsync("/account/close", []);
        Assert.Equal("Confirm that it is you", asked.Heading);
        Assert.Equal(AccountState.Active, await StateAsync());
        var closed = await _browser.PostAsync("/account/close", [(FreshProof.Field, TestWorld.Password)]);

        Assert.Equal("/signin", closed.Location!.OriginalString);
        Assert.Contains(
            "Your account is closed. It will be erased on 8 March 2026. To keep it, sign in before then.",
            (await _browser.GetAsync("/signin")).Text("[role=status]"), StringComparison.Ordinal);
        Assert.Equal(AccountState.Closing, await StateAsync());
        foreach (var browser in new[] { _browser, other })
            Assert.True((await browser.GetAsync("/account")).IsRedirect);
    }

    [Fact]
    public async Task The_owner_who_signs_in_again_is_asked_and_comes_back_to_where_they_wanted()
    {
        await CloseAsync();

        var signedIn = await SignInAsync("/account/keys");
        Assert.Equal("/account/keys", signedIn.Location!.OriginalString);
        var asked = await _browser.GetAsync("/account/keys");
        Assert.Equal($"{Keep}?return=%2Faccount%2Fkeys", asked.Location!.OriginalString);
        var question = await _browser.GetAsync(asked.Location!.OriginalString);
        Assert.Equal("Keep your account?", question.Heading);
        Assert.Contains("8 March 2026", question.Html, StringComparison.Ordinal);

        var kept = await _browser.SubmitAsync(asked.Location!.OriginalString);

        Assert.Equal("/account/keys", kept.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account/keys")).Status);
        Assert.Equal(AccountState.Active, await StateAsync());
        Assert.DoesNotContain(_browser.Cookies.Keys, name => name.Contains("Returning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_owner_may_leave_the_account_closed_and_must_prove_again_to_keep_it_later()
    {
        await CloseAsync();
        await SignInAsync("/account");
        await _browser.ReadAsync(Keep);

        var left = await _browser.PostAsync($"{Keep}?handler=Leave", []);

        Assert.Equal("/signin", left.Location!.OriginalString);
        Assert.Equal("Your account stays closed.", (await _browser.GetAsync("/signin")).Text("[role=status]"));
        Assert.Equal("/signin", (await _browser.GetAsync(Keep)).Location!.OriginalString);
        Assert.Equal(AccountState.Closing, await StateAsync());
    }

    [Fact]
    public async Task Without_a_proof_of_the_last_ten_minutes_nothing_is_kept()
    {
        await CloseAsync();
        Assert.Equal("/signin", (await _browser.GetAsync(Keep)).Location!.OriginalString);
        Assert.False((await SignInAsync("/account", "wrong password")).IsRedirect);
        Assert.Equal("/signin", (await _browser.GetAsync(Keep)).Location!.OriginalString);

        await SignInAsync("/account");
        await _browser.ReadAsync(Keep);
        _world.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("/signin", (await _browser.PostAsync(Keep, [])).Location!.OriginalString);
        Assert.Equal(AccountState.Closing, await StateAsync());

        // A cookie that was used keeps nothing a second time, and signs nobody in.
        await SignInAsync("/account");
        var used = _browser.Cookies["TokenAuth.Returning"];
        await _browser.SubmitAsync(Keep);
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await CloseAsync();
        _browser.Cookies["TokenAuth.Returning"] = used;
        Assert.Equal("/signin", (await _browser.GetAsync(Keep)).Location!.OriginalString);
        Assert.Equal(AccountState.Closing, await StateAsync());
    }

    [Fact]
    public async Task Programs_are_refused_until_the_owner_has_come_back()
    {
        var services = _world.Server.Services;
        var key = await services.GetRequiredService<AccountKeys>().AddAsync(_world.Alice.Id, "Laptop", null, default);
        await CloseAsync();
        using var program = new JournalProgram(_world.Server.Http);
        Assert.NotEqual(0, (await program.SignInAsync("alice", key)).Code);
        Assert.NotEqual(0, (await program.SignInAsync("alice", TestWorld.Password)).Code);

        await SignInAsync("/account");
        Assert.NotEqual(0, (await program.SignInAsync("alice", key)).Code);
        await _browser.SubmitAsync(Keep);

        Assert.Equal(0, (await program.SignInAsync("alice", key)).Code);
    }

    [Fact]
    public async Task After_a_week_the_account_is_gone_and_its_name_is_free()
    {
        await CloseAsync();
        _world.Clock.Advance(AccountClosing.Grace);
        await _world.Server.Services.GetRequiredService<ExpirySweep>().SweepAsync(default);

        Assert.Equal(HttpStatusCode.OK, (await SignInAsync("/account")).Status);
        Assert.True((await _browser.SignUpAsync("Alice", "new@example.test")).IsRedirect);
    }

    [Fact]
    public async Task The_last_administrator_is_told_what_to_do_first()
    {
        await _world.ChangeStoreAsync($"UPDATE accounts SET is_admin = TRUE WHERE id = {_world.Alice.Id}");

        var page = await _browser.PostAsync("/account/close", []);

        Assert.StartsWith("You are the last administrator.", page.Alert, StringComparison.Ordinal);
        Assert.Equal(AccountState.Active, await StateAsync());
    }

    [Fact]
    public async Task The_data_are_one_json_file_that_nobody_caches()
    {
        await _browser.ReadAsync("/account/data");
        var file = await _browser.PostAsync("/account/data", []);

        Assert.Equal(_world.Alice.Id, JsonDocument.Parse(file.Html).RootElement.GetProperty("account")
            .GetProperty("uid").GetInt64());
        Assert.Equal("no-store", file.Header("Cache-Control"));
        Assert.Equal("nosniff", file.Header("X-Content-Type-Options"));
        Assert.Equal("application/json; charset=utf-8", file.ContentHeader("Content-Type"));
        Assert.Equal("attachment; filename=Alice-2026-03-01.json", file.ContentHeader("Content-Disposition"));
    }

    [Fact]
    public async Task A_download_needs_a_fresh_proof_and_is_limited()
    {
        _world.Clock.Advance(FreshProof.GoodFor);
        await _browser.ReadAsync("/account/data");
        Assert.Equal("Confirm that it is you", (await _browser.PostAsync("/account/data", [])).Heading);
        var proved = await _browser.PostAsync("/account/data", [(FreshProof.Field, TestWorld.Password)]);
        Assert.Equal("/account/data", proved.Location!.OriginalString);
        Assert.NotNull((await _browser.GetAsync("/account/data")).Text("[role=status]"));

        for (var i = 0; i < DownloadLimit.PerHour; i++)
            Assert.StartsWith("{", (await _browser.PostAsync("/account/data", [])).Html, StringComparison.Ordinal);
        var refused = await _browser.PostAsync("/account/data", []);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotNull(refused.Alert);
        Assert.Equal(TimeSpan.FromHours(1), refused.RetryAfter);
    }

    private async Task CloseAsync()
    {
        await _browser.ReadAsync("/account/close");
        Assert.Equal("/signin", (await _browser.PostAsync("/account/close", [])).Location!.OriginalString);
    }

    private Task<FormPage> SignInAsync(string back, string password = TestWorld.Password) => _browser.SubmitAsync(
        $"/signin?return={Uri.EscapeDataString(back)}", ("login", "alice"), ("password", password));

    private async Task<AccountState?> StateAsync() => (await _world.Server.Services
        .GetRequiredService<AccountSearch>().FindAsync(_world.Alice.Id, default))?.State;
}
