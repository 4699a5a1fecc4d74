using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Browser;

/// <summary>A person comes from a web application and goes back to it.</summary>
public sealed class WebApplicationFlowTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_person_signs_in_allows_and_comes_back_with_a_token_that_the_application_exchanges()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Gallery);

        await page.GotoAsync(_scene.LoginLink(world.Gallery, ("auth_token", token), ("next", "?id=5")));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.Equal($"{_scene.Gallery.Callback}?id=5&auth_token={token}", page.Url);
        Assert.Equal([$"/apps/gallery?id=5&auth_token={token}"], _scene.Gallery.Targets);
        var session = await _scene.GetSessionAsync(world.Gallery, token);
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task Without_a_token_in_the_link_the_person_comes_back_with_a_new_one()
    {
        var (world, page) = (_scene.World, _scene.Page);

        await page.GotoAsync(_scene.LoginLink(world.Gallery));
        await page.SignInAsync("bob_2");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        Assert.StartsWith(_scene.Gallery.Callback + "?auth_token=", page.Url, StringComparison.Ordinal);
        var session = await _scene.GetSessionAsync(world.Gallery, page.Url[^38..]);
        Assert.Equal(world.Bob.Id.ToString(), session.GetProperty("uid").GetString());
    }

    [Fact]
    public async Task The_consent_page_says_who_asks_who_answers_and_where_it_leads()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Gallery);

        await page.GotoAsync(_scene.LoginLink(world.Gallery, ("auth_token", token)));
        await page.SignInAsync("alice");

        var text = page.Locator("main");
        await Assertions.Expect(text).ToContainTextAsync("Gallery wants to sign in as you, Alice \"Ally\" <Müller> & Co (Alice)");
        await Assertions.Expect(text).ToContainTextAsync($"Afterwards you go back to {new Uri(_scene.Gallery.Root).Authority}.");
        await Assertions.Expect(text).ToContainTextAsync("Go on only if you started signing in from Gallery a moment ago.");
        await Assertions.Expect(text).Not.ToContainTextAsync("which is not yours");
    }

    [Fact]
    public async Task Who_is_signed_in_already_is_not_asked_to_sign_in_again()
    {
        var (world, page) = (_scene.World, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.LoginLink(world.Gallery));

        await page.SeesAsync("Allow Gallery?");
    }

    [Fact]
    public async Task With_skipcookie_even_who_is_signed_in_signs_in_once_more_and_only_once()
    {
        var (world, page) = (_scene.World, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.LoginLink(world.Gallery, ("skipcookie", ""), ("next", "?id=5")));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("bob_2");
        await page.SeesAsync("Allow Gallery?");
        await page.AllowAsync();
        await page.SeesAsync("Welcome to the gallery");

        var session = await _scene.GetSessionAsync(world.Gallery, page.Url[^38..]);
        Assert.Equal(world.Bob.Id.ToString(), session.GetProperty("uid").GetString());
    }
}
