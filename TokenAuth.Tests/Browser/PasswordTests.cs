using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>A person changes their password.</summary>
public sealed class PasswordTests(BrowserRun run) : IAsyncLifetime
{
    private const string Chosen = "a new and longer password";

    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task The_new_password_signs_in_the_old_one_does_not_and_other_browsers_are_signed_out()
    {
        var page = _scene.Page;
        var other = (await _scene.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(_scene.World.Server.Http, "alice");
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.Address("/account/password"));
        await page.ChangePasswordAsync(TestWorld.Password, Chosen);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your password was changed");
        await Assertions.Expect(page.Sessions).ToHaveCountAsync(1);

        await other.GotoAsync(_scene.Address("/account"));
        await other.SeesAsync("Sign in");
        await other.SignInAsync("alice");
        await Assertions.Expect(other.Alert).ToContainTextAsync("not right");
        await other.SignInAsync("alice", Chosen);
        await other.SeesAsync("Your account");
    }

    [Fact]
    public async Task Without_the_present_password_nothing_is_changed()
    {
        var page = _scene.Page;
        await _scene.ArriveSignedInAsync("alice");

        await page.GotoAsync(_scene.Address("/account/password"));
        await page.ChangePasswordAsync("wrong password", Chosen);

        await Assertions.Expect(page.Alert).ToHaveTextAsync("The present password is not right.");
        await page.ChangePasswordAsync(TestWorld.Password, Chosen);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your password was changed");
    }
}
