using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person comes from a web application and returns to it.</summary>
public sealed class WebApplicationFlowTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task A_person_signs_in_and_allows_and_returns_with_a_token_that_the_application_exchanges()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Gallery);

        await page.GotoAsync(_fixture.LoginLink(world.Gallery, ("auth_token", token), ("next", "?id=5")));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.Equal($"{_fixture.Gallery.Callback}?id=5&auth_token={token}", page.Url);
        Assert.Equal([$"/apps/gallery?id=5&auth_token={token}"], _fixture.Gallery.Targets);
        var session = await _fixture.GetSessionAsync(world.Gallery, token);
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task The_person_returns_with_a_new_token_when_the_link_has_none()
    {
        var (world, page) = (_fixture.World, _fixture.Page);

        await page.GotoAsync(_fixture.LoginLink(world.Gallery));
        await page.SignInAsync("bob_2");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.StartsWith(_fixture.Gallery.Callback + "?auth_token=", page.Url, StringComparison.Ordinal);
        var session = await _fixture.GetSessionAsync(world.Gallery, page.Url[^38..]);
        Assert.Equal(world.Bob.Id.ToString(), session.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task The_consent_page_names_the_application_the_account_and_the_destination()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Gallery);

        await page.GotoAsync(_fixture.LoginLink(world.Gallery, ("auth_token", token)));
        await page.SignInAsync("alice");

        var text = page.Locator("main");
        await Assertions.Expect(text).ToContainTextAsync(
            "Gallery wants to sign in as you, Alice \"Ally\" <Müller> & Co (Alice)");
        await Assertions.Expect(text).ToContainTextAsync(
            $"You will return to {new Uri(_fixture.Gallery.Root).Authority}");
        await Assertions.Expect(text).ToContainTextAsync(
            "Choose Allow only if you started to sign in from Gallery a moment ago.");
        await Assertions.Expect(text).Not.ToContainTextAsync("which is not yours");
    }

    [Fact]
    public async Task A_person_who_is_signed_in_is_not_asked_to_sign_in_again()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(world.Gallery));

        await page.SeesAsync("Allow Gallery?");
    }

    [Fact]
    public async Task Skipcookie_makes_a_signed_in_person_sign_in_again_and_only_once()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.LoginLink(world.Gallery, ("skipcookie", ""), ("next", "?id=5")));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("bob_2");
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        var session = await _fixture.GetSessionAsync(world.Gallery, page.Url[^38..]);
        Assert.Equal(world.Bob.Id.ToString(), session.GetProperty("uid").GetString());
    }
}
