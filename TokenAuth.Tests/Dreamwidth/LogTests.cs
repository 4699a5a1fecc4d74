using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>The log contains no usable secret even when the operator enables every category.</summary>
public sealed partial class LogTests
{
    [Fact]
    public async Task All_sign_in_methods_and_all_their_failures_leave_no_secret_in_the_log()
    {
        await using var own = await DreamwidthWorld.StartAsync(RecordedLog.Everything);
        const string Guess = "a wrong guess";
        List<string> secrets =
            [TestWorld.Password, own.Key, DreamwidthWorld.Md5(own.Key), DreamwidthWorld.Md5(TestWorld.Password), Guess];

        foreach (var secret in secrets.ToList())
        {
            await AskBothAsync(own, "sessiongenerate", ("username", "alice"), ("password", secret));
            await AskBothAsync(own, "login", ("username", "bob_2"), ("hpassword", secret));
            await AskBothAsync(own, "login", ("username", "nobody"), ("password", secret));
            own.World.Clock.Advance(TimeSpan.FromSeconds(300));
        }

        foreach (var key in new[] { own.Key, Guess })
        {
            var answered = await own.AnsweredAsync("alice", key);
            secrets.AddRange([answered[2].Item2, answered[3].Item2]);
            await AskBothAsync(own, "login", answered);
        }

        var session = await own.Client.SessionAsync(DreamwidthWorld.Alice);
        secrets.AddRange([session, session[^22..], Uri.EscapeDataString(session)]);
        Assert.Equal("Alice", await own.Client.VerifyAsync("ljsession=" + session));
        Assert.Equal("Alice", await own.Client.VerifyAsync("ljmastersession=" + Uri.EscapeDataString(session)));
        await own.Client.AskAsync(
            own.Client.Get("/export_comments?get=comment_meta").With("Cookie", "ljsession=" + session));
        Assert.Null((await own.Client.AskAsync(
            own.Client.Call("login", ("username", "alice"), ("auth_method", "cookie")).With("X-LJ-Auth", "cookie").With(
                "Cookie", "ljsession=" + session))).Code);
        await AskBothAsync(own, "sessionexpire", [.. DreamwidthWorld.Alice, ("expire", session)]);
        await own.Client.AskAsync(own.Client.Xml(DreamwidthClient.Envelope("login", ("password", own.Key))[..^20]));

        // A server that has lost its store.
        await own.ChangeStoreAsync("ALTER TABLE sessions RENAME TO lost");
        Assert.Equal("502", (await own.Client.AskAsync("sessiongenerate", DreamwidthWorld.Alice)).Code);
        await own.Client.AskAsync(own.Client.Get("/auth/verify").With("Cookie", "ljsession=" + session));

        own.World.Server.Log.HasNone(secrets, "Storage.FailureLog");
        Assert.DoesNotContain(own.World.Server.Log.Lines, Confidential().IsMatch);
    }

    private static async Task AskBothAsync(DreamwidthWorld own, string method, params (string, string)[] members)
    {
        await own.Client.AskAsync(method, members);
        await own.Client.AskFlatAsync(method, GoldenAnswerTests.FlatNames(members));
    }

    [GeneratedRegex(
        "(password|auth_response|auth_challenge|lj(master)?session)(=|%3D|<)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Confidential();
}
