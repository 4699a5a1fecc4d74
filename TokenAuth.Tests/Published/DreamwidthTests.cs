using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>Old programs and guessers while keys are created beside a server, and when the server restarts.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class DreamwidthTests(PublishedCopy copy)
{
    [Fact]
    public async Task A_key_created_by_the_command_signs_in_at_a_running_server()
    {
        await using var fixture = await copy.CastAsync();
        var server = await fixture.Installation.ServeAsync();
        using var program = new JournalProgram(server.Http);
        Assert.Equal(JournalProgram.PasswordWrong, (await program.SignInAsync("alice", new string('x', 32))).Code);

        var key = await KeyAsync(fixture);
        var session = await program.SignInAsync("alice", key);

        Assert.Equal(0, session.Code);
        Assert.StartsWith("ws:alice:", session.Cookie, StringComparison.Ordinal);
        Assert.True(await program.MayExportAsync(session.Cookie));
    }

    [Fact]
    public async Task A_ban_a_session_and_a_used_challenge_survive_a_restart_and_an_unused_challenge_is_accepted()
    {
        await using var fixture = await copy.CastAsync();
        var key = await KeyAsync(fixture);
        Assert.Equal(2, await fixture.Installation.AddAccountAsync("bob"));
        var server = await fixture.Installation.ServeAsync();
        string used, unused, cookie;
        using (var program = new JournalProgram(server.Http))
        {
            (used, unused) = (await program.ChallengeAsync(), await program.ChallengeAsync());
            cookie = (await program.RespondAsync("alice", key, used)).Cookie;
            for (var failure = 1; failure <= 4; failure++)
                Assert.Equal(
                    JournalProgram.PasswordWrong,
                    (await program.SignInWithPasswordAsync("bob", "wrong password")).Code);
            Assert.Equal(
                JournalProgram.Banned,
                (await program.SignInWithPasswordAsync("bob", PublishedInstallation.Password)).Code);
        }

        Assert.Equal(0, (await server.StopAsync()).Status);
        var again = await fixture.Installation.ServeAsync();

        using var later = new JournalProgram(again.Http);
        Assert.Equal(
            JournalProgram.Banned, (await later.SignInWithPasswordAsync("bob", PublishedInstallation.Password)).Code);
        Assert.Equal(0, (await later.SignInWithPasswordAsync("alice", PublishedInstallation.Password)).Code);
        Assert.True(await later.MayExportAsync(cookie));
        Assert.Equal(JournalProgram.PasswordWrong, (await later.RespondAsync("alice", key, used)).Code);
        Assert.Equal(0, (await later.RespondAsync("alice", key, unused)).Code);
    }

    private static async Task<string> KeyAsync(PublishedFixture fixture) =>
        (await fixture.Installation.RunAsync("account", "key", "alice", "back-up", "--json")).Json().Text("key");
}
