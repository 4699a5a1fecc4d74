using Microsoft.Playwright;
using TokenAuth.Tests.Browser.Ipernity;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>A person who uses only the keyboard must always see where the focus is.</summary>
public sealed class KeyboardTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task The_handshake_from_the_application_and_back_needs_no_mouse()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var token = await _fixture.CreateTokenAsync(world.Gallery);
        await page.GotoAsync(_fixture.LoginLink(world.Gallery, BrowserFixture.Carrying(token)));
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
        await TabToAsync("Keep me signed in to Gallery");
        await page.Keyboard.PressAsync("Space");
        await TabToAsync("Allow");
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("Welcome to the gallery");

        var session = await _fixture.GetSessionAsync(world.Gallery, token);
        Assert.Equal(world.Alice.Id.ToString(), session.GetProperty("uid").GetString());
        Assert.Equal(0, session.GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task The_consent_page_takes_the_focus_in_reading_order()
    {
        var page = _fixture.Page;
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(_fixture.World.Gallery));
        await page.SeesAsync("Allow Gallery?");

        foreach (var element in new[] { "Alice", "Sign out", "Keep me signed in to Gallery", "Allow", "Deny" })
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.Equal(element, await FocusIsSeenAsync());
        }
    }

    [Fact]
    public async Task An_ipernity_client_is_allowed_without_a_mouse_and_the_page_takes_the_focus_in_reading_order()
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        var frob = await _fixture.Ipernity.FrobAsync(uploader);
        await _fixture.ArriveSignedInAsync("alice");
        await page.SetViewportSizeAsync(320, 480);
        await page.GotoAsync(_fixture.AuthorizeLink(uploader, [("frob", frob), .. IpernityFixture.Everything]));
        await page.SeesAsync("Allow Uploader?");

        foreach (var element in new[] { "Alice", "Sign out", "Allow", "Deny" })
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.Equal(element, await FocusIsSeenAsync());
        }

        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("You are signed in");
        Assert.Null((await _fixture.ExchangeAsync(uploader, frob)).Code);
    }

    [Fact]
    public async Task Denying_an_application_and_ending_a_session_need_no_mouse()
    {
        var page = _fixture.Page;
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.LoginLink(_fixture.World.Gallery));
        await TabToAsync("Deny");
        await page.Keyboard.PressAsync("Space");
        await page.SeesAsync("Not allowed");

        await page.GotoAsync(_fixture.Address("/account/security"));
        await TabToAsync("End the session of This browser");
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("Sign in");
    }

    private async Task TabToAsync(string name)
    {
        string focused;
        var focusedElements = new List<string>();
        do
        {
            await _fixture.Page.Keyboard.PressAsync("Tab");
            focused = await FocusIsSeenAsync();
            focusedElements.Add(focused);
            Assert.True(
                focusedElements.Count < 15,
                $"Tab never came to \"{name}\", but to {string.Join(", ", focusedElements)}");
        }
        while (focused != name);
    }

    /// <summary>
    /// The focused element, which must be in view and have an outline that contrasts with its surroundings.
    /// </summary>
    private async Task<string> FocusIsSeenAsync()
    {
        var focus = await PageAudit.FocusAsync(_fixture.Page);
        Assert.True(
            focus is { InView: true, OutlineStyle: "solid", OutlineWidth: >= 2, OutlineContrast: >= 3 },
            focus.ToString());
        return focus.Name;
    }
}
