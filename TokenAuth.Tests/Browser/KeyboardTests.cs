using Microsoft.Playwright;
using TokenAuth.Tests.Browser.Ipernity;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>A person who uses the keyboard only, and has to see where they are.</summary>
public sealed class KeyboardTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task The_whole_way_from_the_application_and_back_needs_no_mouse()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var token = await _scene.CreateTokenAsync(world.Gallery);
        await page.GotoAsync(_scene.LoginLink(world.Gallery, BrowserFixture.Carrying(token)));
        await Assertions.Expect(page.LoginName).ToBeFocusedAsync();
        await FocusIsSeenAsync();

        await page.Keyboard.TypeAsync("alice");
        await TabToAsync("Password");
        await page.Keyboard.TypeAsync("wrong password");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Alert).ToBeVisibleAsync();
        await Assertions.Expect(page.Password).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(TestWorld.Password);
        await TabToAsync("Show password");
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Password).ToHaveAttributeAsync("type", "text");
        await TabToAsync("Sign in");
        await page.Keyboard.PressAsync("Enter");

        await page.SeesAsync("Allow Gallery?");
        await TabToAsync("Keep me logged in to Gallery");
        await page.Keyboard.PressAsync("Space");
        await TabToAsync("Allow");
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("Welcome to the gallery");

        var session = await _scene.GetSessionAsync(world.Gallery, token);
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
        Assert.Equal(0, session.GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task The_stops_of_the_consent_page_come_in_the_order_in_which_they_are_read()
    {
        var page = _scene.Page;
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.LoginLink(_scene.World.Gallery));
        await page.SeesAsync("Allow Gallery?");

        foreach (var stop in new[] { "Alice", "Sign out", "Keep me logged in to Gallery", "Allow", "Deny" })
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.Equal(stop, await FocusIsSeenAsync());
        }
    }

    [Fact]
    public async Task An_ipernity_client_is_allowed_without_a_mouse_and_the_stops_come_in_the_order_in_which_they_are_read()
    {
        var (uploader, page) = (_scene.World.Uploader, _scene.Page);
        var frob = await _scene.Ipernity.FrobAsync(uploader);
        await _scene.ArriveSignedInAsync("alice");
        await page.SetViewportSizeAsync(320, 480);
        await page.GotoAsync(_scene.AuthorizeLink(uploader, [("frob", frob), .. IpernityFixture.Everything]));
        await page.SeesAsync("Allow Uploader?");

        foreach (var stop in new[] { "Alice", "Sign out", "Allow", "Deny" })
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.Equal(stop, await FocusIsSeenAsync());
        }

        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("You are signed in");
        Assert.Null((await _scene.ExchangeAsync(uploader, frob)).Code);
    }

    [Fact]
    public async Task Denying_an_application_and_ending_a_session_need_no_mouse()
    {
        var page = _scene.Page;
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.LoginLink(_scene.World.Gallery));
        await TabToAsync("Deny");
        await page.Keyboard.PressAsync("Space");
        await page.SeesAsync("Not allowed");

        await page.GotoAsync(_scene.Address("/account"));
        await TabToAsync("End the session of This browser");
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("Sign in");
    }

    private async Task TabToAsync(string name)
    {
        string focused;
        var stops = new List<string>();
        do
        {
            await _scene.Page.Keyboard.PressAsync("Tab");
            focused = await FocusIsSeenAsync();
            stops.Add(focused);
            Assert.True(stops.Count < 15, $"Tab never came to \"{name}\", but to {string.Join(", ", stops)}");
        }
        while (focused != name);
    }

    /// <summary>What has the focus now, which must be in view and have an outline that stands out from what is around it.</summary>
    private async Task<string> FocusIsSeenAsync()
    {
        var focus = await PageAudit.FocusAsync(_scene.Page);
        Assert.True(focus is { InView: true, OutlineStyle: "solid", OutlineWidth: >= 2, OutlineContrast: >= 3 }, focus.ToString());
        return focus.Name;
    }
}
