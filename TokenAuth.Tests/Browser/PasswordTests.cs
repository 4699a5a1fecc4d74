using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>A person changes their password.</summary>
public sealed class PasswordTests(BrowserRun run) : BrowserTests(run)
{
    private const string Chosen = "a new and longer password";

    [Fact]
    public async Task The_new_password_signs_in_the_old_one_does_not_and_other_browsers_are_signed_out()
    {
        var page = _fixture.Page;
        var other = (await _fixture.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(_fixture.World.Server.Http, "alice");
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/account/password"));
        await page.ChangePasswordAsync(TestWorld.Password, Chosen);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your password was changed");

        await other.GotoAsync(_fixture.Address("/account"));
        await other.SeesAsync("Sign in");
        await other.SignInAsync("alice");
        await Assertions.Expect(other.Alert).ToContainTextAsync("password is wrong");
        await other.SignInAsync("alice", Chosen);
        await other.SeesAsync("Your account");
    }

    [Fact]
    public async Task A_change_without_the_current_password_fails()
    {
        var page = _fixture.Page;
        await _fixture.ArriveSignedInAsync("alice");

        await page.GotoAsync(_fixture.Address("/account/password"));
        await page.ChangePasswordAsync("wrong password", Chosen);

        await Assertions.Expect(page.Alert).ToHaveTextAsync("The current password is wrong.");
        await page.ChangePasswordAsync(TestWorld.Password, Chosen);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your password was changed");
    }
}
