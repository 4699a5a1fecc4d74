using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Dreamwidth;

/// <summary>A person creates API keys for programs and revokes them.</summary>
public sealed class KeyTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _fixture = new(run);
    private JournalProgram _program = null!;

    public async ValueTask InitializeAsync()
    {
        await _fixture.OpenAsync();
        _program = new JournalProgram(_fixture.World.Server.Http);
    }

    public async ValueTask DisposeAsync()
    {
        _program?.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_key_signs_a_program_in_until_the_person_revokes_it()
    {
        var page = _fixture.Page;
        await page.GotoAsync(_fixture.Address("/account"));
        await page.SignInAsync("alice");
        await page.GetByRole(AriaRole.Link, new() { Name = "API keys" }).ClickAsync();
        await page.SeesAsync("API keys");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You have no API keys.");

        await page.MakeKeyAsync("  Old laptop  ");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Old laptop");
        var key = await page.MadeKey.InnerTextAsync();
        Assert.Matches("^[A-Za-z0-9]{32}$", key);
        await Assertions.Expect(page.Keys).ToHaveTextAsync(
            [new Regex(@"^\s*Old laptop\s+Created .*2026.*\s+Never used\.\s+Revoke Old laptop\s*$")]);
        _fixture.World.Clock.Advance(TimeSpan.FromMinutes(5));
        var session = await _program.SignInAsync("alice", key);
        Assert.Equal(0, session.Code);
        Assert.True(await _program.MayExportAsync(session.Cookie));

        await page.GotoAsync(_fixture.Address("/account/keys"));
        await Assertions.Expect(page.Keys).ToHaveTextAsync([new Regex(@"Last used about\s.*2026.*12:05")]);
        await page.Button("Revoke Old laptop").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The key was revoked.");

        await Assertions.Expect(page.Keys).ToHaveCountAsync(0);
        Assert.Equal(JournalProgram.PasswordWrong, (await _program.SignInAsync("alice", key)).Code);
    }

    [Fact]
    public async Task A_key_is_in_one_answer_only_and_that_answer_is_not_cached()
    {
        var page = _fixture.Page;
        await _fixture.OpenKeysAsync("alice");

        var made = await page.RunAndWaitForResponseAsync(
            () => page.MakeKeyAsync("Old laptop"), response => response.Request.Method == "POST");
        var key = await page.MadeKey.InnerTextAsync();
        Assert.Contains("no-store", made.Headers["cache-control"], StringComparison.Ordinal);
        Assert.Contains(key, await made.TextAsync(), StringComparison.Ordinal);

        foreach (var path in new[] { "/account/keys", "/account" })
        {
            await page.GotoAsync(_fixture.Address(path));
            Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_asks_for_the_password_some_time_after_the_sign_in_and_keeps_the_typed_name()
    {
        var page = _fixture.Page;
        await _fixture.OpenKeysAsync("alice");
        _fixture.World.Clock.Advance(FreshProof.GoodFor);
        await page.MakeKeyAsync("Old laptop");
        await page.SeesAsync("Confirm that it is you");
        await Assertions.Expect(page.Password).ToBeFocusedAsync();
        Assert.Empty(await _fixture.KeysOfAsync(_fixture.World.Alice));

        await page.ProveAsync("wrong password");
        await Assertions.Expect(page.Alert).ToHaveTextAsync("The password is wrong.");
        await page.ProveAsync(TestWorld.Password);

        await Assertions.Expect(page.MadeKey).ToBeVisibleAsync();
        Assert.Equal("Old laptop", Assert.Single(await _fixture.KeysOfAsync(_fixture.World.Alice)).Name);
    }

    [Fact]
    public async Task Revoking_a_key_ends_the_sessions_that_were_opened_with_it()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var cookie = (await _program.SignInAsync("alice", await _fixture.KeyAsync(world.Alice, "Old laptop"))).Cookie;
        Assert.True(await _program.MayExportAsync(cookie));
        await _fixture.OpenKeysAsync("alice");

        await page.Button("Revoke Old laptop").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(
            "Programs that signed in with it are signed out");

        Assert.False(await _program.MayExportAsync(cookie));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    public async Task An_empty_or_too_long_name_creates_no_key(string? name)
    {
        var page = _fixture.Page;
        await _fixture.OpenKeysAsync("alice");

        await page.MakeKeyWithoutChecksAsync(name ?? new string('n', 101));
        await Assertions.Expect(page.Alert).ToContainTextAsync("Enter a name of at most 100 characters");
        await Assertions.Expect(page.MadeKey).ToHaveCountAsync(0);
        Assert.Empty(await _fixture.KeysOfAsync(_fixture.World.Alice));

        await page.MakeKeyAsync(new string('n', 100));
        await Assertions.Expect(page.MadeKey).ToBeVisibleAsync();
        await Assertions.Expect(page.Alert).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_person_may_have_fifty_keys_until_one_is_revoked()
    {
        var page = _fixture.Page;
        for (var number = 1; number < 50; number++)
            await _fixture.KeyAsync(_fixture.World.Alice, $"Program {number}");
        await _fixture.OpenKeysAsync("alice");

        await page.MakeKeyAsync("The fiftieth");
        await Assertions.Expect(page.MadeKey).ToBeVisibleAsync();
        await page.MakeKeyAsync("One more");
        await Assertions.Expect(page.Alert).ToContainTextAsync("You have 50 keys.");
        await Assertions.Expect(page.MadeKey).ToHaveCountAsync(0);
        await Assertions.Expect(page.Keys).ToHaveCountAsync(50);

        await page.Button("Revoke Program 7").ClickAsync();
        await Assertions.Expect(page.Keys).ToHaveCountAsync(49);
        await page.MakeKeyAsync("One more");
        await Assertions.Expect(page.MadeKey).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Another_persons_key_is_not_listed_and_cannot_be_revoked_by_its_number()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var key = await _fixture.KeyAsync(world.Bob, "Telephone of Bob");
        await _fixture.KeyAsync(world.Alice, "Telephone of Alice");
        var number = Assert.Single(await _fixture.KeysOfAsync(world.Bob)).Id;
        await _fixture.OpenKeysAsync("alice");
        await Assertions.Expect(page.Keys).ToContainTextAsync(["Telephone of Alice"]);

        await page.Locator("input[name=id]").EvaluateAsync("(field, number) => field.value = number", number);
        await page.Button("Revoke Telephone of Alice").ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("That key was already revoked.");
        Assert.Single(await _fixture.KeysOfAsync(world.Alice));
        Assert.Equal(0, (await _program.SignInAsync("bob_2", key)).Code);
    }

    [Theory]
    [InlineData("Make")]
    [InlineData("Revoke")]
    public async Task Without_the_forms_token_no_key_is_created_or_revoked(string handler)
    {
        await _fixture.KeyAsync(_fixture.World.Alice, "Telephone");
        var number = Assert.Single(await _fixture.KeysOfAsync(_fixture.World.Alice)).Id;
        await _fixture.OpenKeysAsync("alice");
        var fields = _fixture.Page.APIRequest.CreateFormData();
        fields.Set("name", "Forged").Set("id", $"{number}");

        var answer = await _fixture.Page.APIRequest.PostAsync(
            _fixture.Address($"/account/keys?handler={handler}"), new() { Form = fields });

        Assert.Equal(400, answer.Status);
        Assert.Equal("Telephone", Assert.Single(await _fixture.KeysOfAsync(_fixture.World.Alice)).Name);
    }

    [Fact]
    public async Task A_person_who_is_not_signed_in_is_sent_to_sign_in_first()
    {
        await _fixture.Page.GotoAsync(_fixture.Address("/account/keys"));
        await _fixture.Page.SeesAsync("Sign in");
        await _fixture.Page.SignInAsync("alice");
        await _fixture.Page.SeesAsync("API keys");
    }
}
