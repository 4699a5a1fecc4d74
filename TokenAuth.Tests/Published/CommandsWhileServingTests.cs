using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>Commands work while the server runs, and the server sees their effect within a second.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class CommandsWhileServingTests(PublishedCopy copy)
{
    private const int KeyUnknown = 101;
    private const int SessionUnusable = 102;
    private const int SignatureWrong = 104;

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_rotated_secret_and_its_predecessor_both_sign_and_a_disabled_application_signs_nothing()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync();
        using var wire = new Wire();
        var gallery = fixture.Gallery;
        async Task AnswersWithinASecondAsync(int code, World.App application) => await PublishedServer.UntilAsync(
            async () => Wire.CodeOf(await wire.CreateTokenAsync(server.Http, application)) == code, OneSecond);

        var rotated = gallery with
        {
            Secret =
                (await fixture.Installation.RunAsync("app", "rotate", gallery.ApiKey, "--json")).Json().Text("secret"),
        };
        await AnswersWithinASecondAsync(0, rotated);
        Assert.Equal(0, Wire.CodeOf(await wire.CreateTokenAsync(server.Http, gallery)));

        // A second rotation ends the first secret's grace period.
        await fixture.Installation.RunAsync("app", "rotate", gallery.ApiKey);
        await AnswersWithinASecondAsync(SignatureWrong, gallery);
        Assert.Equal(0, Wire.CodeOf(await wire.CreateTokenAsync(server.Http, rotated)));

        await fixture.Installation.RunAsync("app", "disable", gallery.ApiKey);
        await AnswersWithinASecondAsync(KeyUnknown, rotated);
        await fixture.Installation.RunAsync("app", "enable", gallery.ApiKey);
        await AnswersWithinASecondAsync(0, rotated);
    }

    [Fact]
    public async Task An_account_that_is_no_longer_active_loses_its_sessions_and_does_not_get_them_back()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync();
        using var wire = new Wire();
        foreach (var state in new[] { "suspended", "locked", "memorial", "deleted" })
        {
            using var alice = await FormBrowser.SignedInAsync(
                server.Http, PublishedFixture.Alice, PublishedInstallation.Password);
            var session = await wire.SignInAsync(server.Http, fixture.Gallery, alice);
            Assert.Equal(0, await CodeAsync(session));

            await SetAsync(state);
            await PublishedServer.UntilAsync(async () => await CodeAsync(session) == SessionUnusable, OneSecond);
            await SetAsync("active");
            Assert.Equal(SessionUnusable, await CodeAsync(session));
        }

        async Task<int> CodeAsync(string session) => Wire.CodeOf(
            await wire.LoggedInUserAsync(server.Http, fixture.Gallery, session));

        async Task SetAsync(string state) =>
            Assert.Empty((await fixture.Installation.RunAsync("account", "state", "alice", state)).Succeeded().Output);
    }
}
