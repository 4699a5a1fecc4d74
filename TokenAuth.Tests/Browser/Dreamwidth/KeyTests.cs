using Microsoft.Playwright;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Dreamwidth;

/// <summary>A person makes API keys for programs, and revokes them.</summary>
public sealed class KeyTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);
    private JournalProgram _program = null!;

    public async ValueTask InitializeAsync()
    {
        await _scene.OpenAsync();
        _program = new JournalProgram(_scene.World.Server.Http);
    }

    public async ValueTask DisposeAsync()
    {
        _program?.Dispose();
        await _scene.DisposeAsync();
    }

    [Fact]
    public async Task A_key_signs_a_program_in_until_the_person_revokes_it()
    {
        var page = _scene.Page;
        await page.GotoAsync(_scene.Address("/account"));
        await page.SignInAsync("alice");
        await page.GetByRole(AriaRole.Link, new() { Name = "API keys" }).ClickAsync();
        await page.SeesAsync("API keys");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You have no API key.");

        await page.MakeKeyAsync("  Old laptop  ");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Old laptop");
        var key = await page.MadeKey.InnerTextAsync();
        Assert.Matches("^[A-Za-z0-9]{32}$", key);
        await Assertions.Expect(page.Keys).ToHaveTextAsync(["Old laptop made 1 Mar 2026 12:00 UTC, never used Revoke Old laptop"]);
        _scene.World.Clock.Advance(TimeSpan.FromMinutes(5));
        var session = await _program.SignInAsync("alice", key);
        Assert.Equal(0, session.Code);
        Assert.True(await _program.MayExportAsync(session.Cookie));

        await page.GotoAsync(_scene.Address("/account/keys"));
        await Assertions.Expect(page.Keys).ToContainTextAsync(["last used about 1 Mar 2026 12:05 UTC"]);
        await page.Button("Revoke Old laptop").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The key was revoked.");

        await Assertions.Expect(page.Keys).ToHaveCountAsync(0);
        Assert.Equal(JournalProgram.PasswordWrong, (await _program.SignInAsync("alice", key)).Code);
    }

    [Fact]
    public async Task A_key_is_in_one_answer_only_which_no_cache_keeps()
    {
        var page = _scene.Page;
        await _scene.OpenKeysAsync("alice");

        var made = await page.RunAndWaitForResponseAsync(() => page.MakeKeyAsync("Old laptop"), response => response.Request.Method == "POST");
        var key = await page.MadeKey.InnerTextAsync();
        Assert.Contains("no-store", made.Headers["cache-control"], StringComparison.Ordinal);
        Assert.Contains(key, await made.TextAsync(), StringComparison.Ordinal);

        foreach (var path in new[] { "/account/keys", "/account" })
        {
            await page.GotoAsync(_scene.Address(path));
            Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Some_time_after_the_sign_in_the_password_is_asked_for_and_what_was_typed_is_kept()
    {
        var page = _scene.Page;
        await _scene.OpenKeysAsync("alice");
        _scene.World.Clock.Advance(FreshProof.GoodFor);
        await page.MakeKeyAsync("Old laptop");
        await page.SeesAsync("Confirm that it is you");
        await Assertions.Expect(page.Password).ToBeFocusedAsync();
        Assert.Empty(await _scene.KeysOfAsync(_scene.World.Alice));

        await page.ProveAsync("wrong password");
        await Assertions.Expect(page.Alert).ToHaveTextAsync("The password is not right.");
        await page.ProveAsync(TestWorld.Password);

        await Assertions.Expect(page.MadeKey).ToBeVisibleAsync();
        Assert.Equal("Old laptop", Assert.Single(await _scene.KeysOfAsync(_scene.World.Alice)).Name);
    }

    [Fact]
    public async Task A_revoked_key_signs_out_what_had_signed_in_with_it()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var cookie = (await _program.SignInAsync("alice", await _scene.KeyAsync(world.Alice, "Old laptop"))).Cookie;
        Assert.True(await _program.MayExportAsync(cookie));
        await _scene.OpenKeysAsync("alice");

        await page.Button("Revoke Old laptop").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("What had signed in with it is signed out");

        Assert.False(await _program.MayExportAsync(cookie));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    public async Task A_name_that_tells_nothing_or_is_too_long_makes_no_key(string? name)
    {
        var page = _scene.Page;
        await _scene.OpenKeysAsync("alice");

        await page.MakeKeyWithoutChecksAsync(name ?? new string('n', 101));
        await Assertions.Expect(page.Alert).ToContainTextAsync("Enter a name of at most 100 characters");
        await Assertions.Expect(page.MadeKey).ToHaveCountAsync(0);
        Assert.Empty(await _scene.KeysOfAsync(_scene.World.Alice));

        await page.MakeKeyAsync(new string('n', 100));
        await Assertions.Expect(page.MadeKey).ToBeVisibleAsync();
        await Assertions.Expect(page.Alert).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Fifty_keys_are_the_most_until_one_is_revoked()
    {
        var page = _scene.Page;
        for (var number = 1; number < 50; number++)
            await _scene.KeyAsync(_scene.World.Alice, $"Program {number}");
        await _scene.OpenKeysAsync("alice");

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
    public async Task Another_persons_key_is_neither_listed_nor_revoked_by_its_number()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var key = await _scene.KeyAsync(world.Bob, "Telephone of Bob");
        await _scene.KeyAsync(world.Alice, "Telephone of Alice");
        var number = Assert.Single(await _scene.KeysOfAsync(world.Bob)).Id;
        await _scene.OpenKeysAsync("alice");
        await Assertions.Expect(page.Keys).ToContainTextAsync(["Telephone of Alice"]);

        await page.Locator("input[name=id]").EvaluateAsync("(field, number) => field.value = number", number);
        await page.Button("Revoke Telephone of Alice").ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("That key had been revoked already.");
        Assert.Single(await _scene.KeysOfAsync(world.Alice));
        Assert.Equal(0, (await _program.SignInAsync("bob_2", key)).Code);
    }

    [Theory]
    [InlineData("Make")]
    [InlineData("Revoke")]
    public async Task Without_the_forms_token_no_key_is_made_or_revoked(string handler)
    {
        await _scene.KeyAsync(_scene.World.Alice, "Telephone");
        var number = Assert.Single(await _scene.KeysOfAsync(_scene.World.Alice)).Id;
        await _scene.OpenKeysAsync("alice");
        var fields = _scene.Page.APIRequest.CreateFormData();
        fields.Set("name", "Forged").Set("id", $"{number}");

        var answer = await _scene.Page.APIRequest.PostAsync(_scene.Address($"/account/keys?handler={handler}"), new() { Form = fields });

        Assert.Equal(400, answer.Status);
        Assert.Equal("Telephone", Assert.Single(await _scene.KeysOfAsync(_scene.World.Alice)).Name);
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_is_sent_to_sign_in_first()
    {
        await _scene.Page.GotoAsync(_scene.Address("/account/keys"));
        await _scene.Page.SeesAsync("Sign in");
        await _scene.Page.SignInAsync("alice");
        await _scene.Page.SeesAsync("API keys");
    }
}
