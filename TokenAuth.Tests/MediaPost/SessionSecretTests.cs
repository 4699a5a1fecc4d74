using TokenAuth.MediaPost;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>Which secret signs a call that carries a session key.</summary>
public sealed class SessionSecretTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    [Theory]
    [InlineData(Style.Seed, 104)]
    [InlineData(Style.Native, 95)]
    public async Task A_desktop_application_signs_with_the_sessions_secret_and_not_with_its_own(Style style, int code)
    {
        var session = await shared.Client.GrantAsync(World.Uploader, World.Alice);
        var call = session.Call("users.getLoggedInUser") with { Style = style };

        Assert.Equal(code, (await shared.Client.AskAsync(call with { Secret = World.Uploader.Secret })).Code);
        Assert.Null((await shared.Client.AskAsync(call)).Code);
    }

    [Fact]
    public async Task One_sessions_secret_does_not_sign_for_another()
    {
        var (one, other) = (
            await shared.Client.GrantAsync(World.Uploader, World.Alice),
            await shared.Client.GrantAsync(World.Uploader, World.Bob));

        Assert.Equal(
            104,
            (await shared.Client.AskAsync(one.Call("users.getLoggedInUser") with { Secret = other.Secret! })).Code);
    }

    [Fact]
    public async Task A_desktop_application_requests_tokens_with_its_own_secret_even_while_it_has_a_session()
    {
        var session = await shared.Client.GrantAsync(World.Uploader, World.Alice);
        var call = session.Call("auth.createToken");

        Assert.Null((await shared.Client.AskAsync(call with { Secret = World.Uploader.Secret })).Code);
        Assert.Equal(104, (await shared.Client.AskAsync(call)).Code);
    }

    [Fact]
    public async Task A_web_application_signs_with_its_own_secret_and_not_with_the_promoted_one()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);
        var promoted = await PromotedAsync(session);

        Assert.Equal(
            104, (await shared.Client.AskAsync(session.Call("users.getLoggedInUser") with { Secret = promoted })).Code);
        Assert.Null((await shared.Client.AskAsync(session.Call("users.getLoggedInUser"))).Code);
    }

    [Theory]
    [InlineData("users.getLoggedInUser")]
    [InlineData("users.isAppAdded")]
    [InlineData("users.getInfo")]
    public async Task A_promoted_secret_signs_methods_about_people_with_ss_1(string method)
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);
        var call =
            session.Call(method, ("ss", "1"), ("uids", session.Uid)) with { Secret = await PromotedAsync(session) };

        Assert.Null((await shared.Client.AskAsync(call)).Code);
        Assert.Null((await shared.Client.AskAsync(call with { Style = Style.Native })).Code);
        Assert.Equal(104, (await shared.Client.AskAsync(call with { Secret = World.Gallery.Secret })).Code);
    }

    [Theory]
    [InlineData("auth.expireSession")]
    [InlineData("auth.revokeAuthorization")]
    [InlineData("auth.promoteSession")]
    public async Task The_methods_of_authentication_are_unknown_with_ss_1(string method)
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);
        var call = session.Call(method, ("ss", "1")) with { Secret = await PromotedAsync(session) };

        Assert.Equal(3, (await shared.Client.AskAsync(call)).Code);
        Assert.Equal(112, (await shared.Client.AskAsync(call with { Style = Style.Native })).Code);
        Assert.Null((await shared.Client.AskAsync(session.Call("users.getLoggedInUser"))).Code);
    }

    /// <summary>facebook-java-api sends ss with every call once it has the session's secret.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    public async Task Ss_changes_nothing_for_a_desktop_application(string on)
    {
        foreach (var method in MediaPostMethod.All.Select(method => method.Name).Order(StringComparer.Ordinal))
        {
            var session = await shared.Client.GrantAsync(World.Uploader, World.Alice);
            var isNew = method is "auth.createToken" or "auth.getSession";
            (string, string)[] parameters = method switch
            {
                "auth.createToken" => [],
                "auth.getSession" =>
                    [("auth_token", await shared.Client.ConfirmedTokenAsync(World.Uploader, World.Alice))],
                _ => [("session_key", session.Key), ("uids", session.Uid)],
            };
            var (right, wrong) =
                isNew ? (World.Uploader.Secret, session.Secret!) : (session.Secret!, World.Uploader.Secret);
            var call = new MediaPostCall(
                World.Uploader, method, [("ss", on), .. parameters])
            { Secure = true, Secret = right };

            Assert.Equal(104, (await shared.Client.AskAsync(call with { Secret = wrong })).Code);
            var answer = await shared.Client.AskAsync(call);
            Assert.True(answer.Code is null, $"{method}: {answer.Body}");
        }
    }

    [Theory]
    [InlineData("auth.createToken")]
    [InlineData("auth.getSession")]
    public async Task A_promoted_secret_cannot_request_tokens_or_sessions(string method)
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);
        var call = session.Call(method, ("ss", "1"));

        Assert.Equal(104, (await shared.Client.AskAsync(call with { Secret = await PromotedAsync(session) })).Code);
        Assert.Equal(3, (await shared.Client.AskAsync(call)).Code);
    }

    [Fact]
    public async Task No_signature_is_valid_with_ss_1_and_no_promoted_secret()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);
        var call = session.Call("users.getLoggedInUser", ("ss", "1"));

        Assert.Equal(104, (await shared.Client.AskAsync(call)).Code);
        Assert.Equal(104, (await shared.Client.AskAsync(call with { Secret = "" })).Code);
    }

    [Fact]
    public async Task Ss_needs_a_session() =>
        Assert.Equal(
            102, (await shared.Client.AskAsync(World.Gallery, "users.getInfo", ("ss", "1"), ("uids", "1"))).Code);

    [Theory]
    [InlineData("0")]
    [InlineData("")]
    [InlineData("false")]
    public async Task Ss_that_is_off_changes_nothing(string off)
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);

        Assert.Null((await shared.Client.AskAsync(session.Call("users.getLoggedInUser", ("ss", off)))).Code);
    }

    [Fact]
    public async Task Promoting_twice_returns_the_same_secret_whose_ending_stock_clients_recognise()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);

        var secret = await PromotedAsync(session);

        Assert.Matches("^[0-9a-f]{32}__$", secret);
        Assert.Equal(secret, await PromotedAsync(session));
        Assert.False(secret == await PromotedAsync(await shared.Client.GrantAsync(World.Gallery, World.Alice)));
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("true", true)]
    [InlineData("True", true)]
    public async Task A_web_application_that_asks_for_a_secret_gets_one_with_its_session(string on, bool secure)
    {
        var session = await SessionAsync(on, secure);

        Assert.Matches("^[0-9a-f]{32}__$", session.Secret);
        var call = new MediaPostCall(World.Gallery, "users.getLoggedInUser", ("session_key", session.Key));
        Assert.Null((await shared.Client.AskAsync(call)).Code);
        Assert.Equal(104, (await shared.Client.AskAsync(call with { Secret = session.Secret! })).Code);
        Assert.Null((await shared.Client.AskAsync(call.With(("ss", "1")) with { Secret = session.Secret! })).Code);
        Assert.Equal(session.Secret, (await shared.Client.AskAsync(call with { Method = "auth.promoteSession" })).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("false")]
    [InlineData("no")]
    public async Task A_web_application_that_does_not_ask_gets_no_secret(string off) =>
        Assert.Null((await SessionAsync(off, secure: true)).Secret);

    [Fact]
    public async Task A_desktop_application_gets_its_secret_over_https_only_whether_or_not_it_asks()
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Uploader, World.Alice);
        var call = MediaPostClient.GetSession(World.Uploader, token).With(("generate_session_secret", "1"));

        Assert.Equal(100, (await shared.Client.AskAsync(call with { Secure = false })).Code);
        Assert.Matches(
            "^[0-9a-f]{32}$", MediaPostClient.Session(World.Uploader, await shared.Client.AskAsync(call)).Secret);
    }

    private async Task<Granted> SessionAsync(string generate, bool secure)
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);
        var call = MediaPostClient.GetSession(World.Gallery, token)
            .With(("generate_session_secret", generate)) with
        { Secure = secure };
        return MediaPostClient.Session(World.Gallery, await shared.Client.AskAsync(call));
    }

    private async Task<string> PromotedAsync(Granted session) =>
        (await shared.Client.AskAsync(session.Call("auth.promoteSession"))).Text;
}
