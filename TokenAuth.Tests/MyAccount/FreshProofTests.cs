using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MyAccount;

/// <summary>
/// A person who finds a signed-in browser, or steals its cookie, cannot make a key without the password.
/// </summary>
public sealed class FreshProofTests : IAsyncLifetime
{
    private const string Make = "/account/keys?handler=Make";
    private const string Question = "Confirm that it is you";

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
    public async Task Five_minutes_after_the_sign_in_a_key_needs_the_password()
    {
        _world.Clock.Advance(FreshProof.GoodFor - TimeSpan.FromMilliseconds(1));
        Assert.Contains("id=\"key\"", (await PostAsync(("name", "first"))).Html, StringComparison.Ordinal);

        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var asked = await PostAsync(("name", "second \"and\" <last>"));

        Assert.Contains(Question, asked.Html, StringComparison.Ordinal);
        Assert.Equal(["first"], await KeysAsync(), StringComparer.Ordinal);
        Assert.Contains(("name", "second \"and\" <last>"), asked.Hidden);

        var made = await AnswerAsync(asked, TestWorld.Password);
        Assert.Contains("id=\"key\"", made.Html, StringComparison.Ordinal);
        Assert.Equal(["second \"and\" <last>", "first"], await KeysAsync(), StringComparer.Ordinal);

        _world.Clock.Advance(FreshProof.GoodFor - TimeSpan.FromMilliseconds(1));
        Assert.Contains("id=\"key\"", (await PostAsync(("name", "third"))).Html, StringComparison.Ordinal);
    }

    /// <summary>The browser's own failures. The last one uses up its budget (see docs/sign-in-limits.md).</summary>
    private const int DeviceBudget = 11;

    [Fact]
    public async Task A_wrong_password_makes_no_key_and_keeps_the_typed_name_and_is_throttled()
    {
        _world.Clock.Advance(FreshProof.GoodFor);
        var page = await PostAsync(("name", "Laptop"));
        for (var i = 0; i < DeviceBudget + 4; i++)
        {
            page = await AnswerAsync(page, "wrong password");
            Assert.Contains("The password is wrong.", page.Html, StringComparison.Ordinal);
            Assert.Equal(("name", "Laptop"), Assert.Single(
                page.Hidden, field => field.Name is not FormPage.TokenName));
            Assert.DoesNotContain("wrong password", page.Html, StringComparison.Ordinal);
        }

        page = await AnswerAsync(page, TestWorld.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, page.Status);
        Assert.Empty(await KeysAsync());
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("id=\"key\"", (await AnswerAsync(page, TestWorld.Password)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proof_counts_for_one_browser_only()
    {
        using var other = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
        _world.Clock.Advance(FreshProof.GoodFor);
        Assert.Contains(
            "id=\"key\"",
            (await AnswerAsync(await PostAsync(("name", "mine")), TestWorld.Password)).Html,
            StringComparison.Ordinal);

        Assert.Contains(Question, (await PostAsync(other, ("name", "another's"))).Html, StringComparison.Ordinal);
        Assert.Equal(["mine"], await KeysAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Changing_the_password_is_a_proof()
    {
        _world.Clock.Advance(TimeSpan.FromHours(1));
        await _browser.PostAsync(
            "/account/password", [("current", TestWorld.Password), ("chosen", "a new and longer password")]);

        Assert.Contains("id=\"key\"", (await PostAsync(("name", "Laptop"))).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoking_a_key_needs_no_proof()
    {
        await PostAsync(("name", "Laptop"));
        var key = (await _world.Server.Services.GetRequiredService<AccountKeys>().ListAsync(_world.Alice.Id, default))
            .Single();
        _world.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(
            "/account/keys",
            (await _browser.PostAsync("/account/keys?handler=Revoke", [("id", $"{key.Id}")])).Location!.OriginalString);

        Assert.Empty(await KeysAsync());
    }

    private Task<FormPage> PostAsync(params (string, string)[] fields) => PostAsync(_browser, fields);

    private static Task<FormPage> PostAsync(FormBrowser browser, params (string, string)[] fields) =>
        browser.PostAsync(Make, fields);

    private Task<FormPage> AnswerAsync(FormPage question, string password) =>
        _browser.PostAsync(Make, [.. question.Hidden, (FreshProof.Field, password)]);

    private async Task<IEnumerable<string>> KeysAsync() =>
        (await _world.Server.Services.GetRequiredService<AccountKeys>().ListAsync(_world.Alice.Id, default)).Select(
            key => key.Name);
}
