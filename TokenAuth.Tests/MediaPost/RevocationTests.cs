using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>revokeAuthorization: which consents may be revoked, and what ends with them.</summary>
public sealed class RevocationTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task Revocation_ends_all_the_persons_sessions_with_this_application_immediately_and_no_others()
    {
        var (one, two) = (
            await shared.Client.GrantAsync(World.Gallery, World.Alice),
            await shared.Client.GrantAsync(World.Gallery, World.Alice));
        var (bobs, elsewhere) = (
            await shared.Client.GrantAsync(World.Gallery, World.Bob),
            await shared.Client.GrantAsync(World.Uploader, World.Alice));

        Assert.Equal(
            "true", (await shared.Client.AskAsync(one.Call("auth.revokeAuthorization", ("format", "json")))).Body);

        Assert.Equal(102, await CheckAsync(one));
        Assert.Equal(102, await CheckAsync(two));
        Assert.Null(await CheckAsync(bobs));
        Assert.Null(await CheckAsync(elsewhere));
    }

    [Fact]
    public async Task Revocation_voids_a_token_that_the_person_has_confirmed()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);

        Assert.Equal("1", (await shared.Client.AskAsync(session.Call("auth.revokeAuthorization"))).Text);
        Assert.Equal(100, (await shared.Client.AskAsync(MediaPostClient.GetSession(World.Gallery, token))).Code);
    }

    [Fact]
    public async Task A_web_application_may_name_one_of_its_people()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);
        var call = new MediaPostCall(
            World.Gallery, "auth.revokeAuthorization", ("uid", session.Uid), ("format", "json"));

        Assert.Equal("true", (await shared.Client.AskAsync(call)).Body);
        Assert.Equal(102, await CheckAsync(session));
        Assert.Equal("false", (await shared.Client.AskAsync(call)).Body);
    }

    [Fact]
    public async Task A_web_application_cannot_revoke_what_people_allowed_to_others()
    {
        var session = await shared.Client.GrantAsync(World.Draft, World.Alice);

        await shared.Client.AskAsync(World.Gallery, "auth.revokeAuthorization", ("uid", session.Uid));
        Assert.Equal(
            "0", (await shared.Client.AskAsync(World.Gallery, "auth.revokeAuthorization", ("uid", session.Uid))).Text);
        Assert.Null(await CheckAsync(session));
    }

    [Fact]
    public async Task A_desktop_application_may_name_only_the_person_of_its_session()
    {
        var (alices, bobs) = (
            await shared.Client.GrantAsync(World.Uploader, World.Alice),
            await shared.Client.GrantAsync(World.Uploader, World.Bob));

        Assert.Equal(
            102, (await shared.Client.AskAsync(World.Uploader, "auth.revokeAuthorization", ("uid", bobs.Uid))).Code);
        Assert.Equal(
            102, (await shared.Client.AskAsync(alices.Call("auth.revokeAuthorization", ("uid", bobs.Uid)))).Code);
        Assert.Null(await CheckAsync(bobs));
        Assert.Equal(
            "1", (await shared.Client.AskAsync(alices.Call("auth.revokeAuthorization", ("uid", alices.Uid)))).Text);
        Assert.Equal(102, await CheckAsync(alices));
    }

    [Fact]
    public async Task Revocation_needs_a_session_or_a_name() =>
        Assert.Equal(102, (await shared.Client.AskAsync(World.Gallery, "auth.revokeAuthorization")).Code);

    [Theory]
    [InlineData("x")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("9223372036854775808")]
    public async Task A_name_that_is_not_a_plain_number_is_refused(string uid)
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);

        Assert.Equal(100, (await shared.Client.AskAsync(World.Gallery, "auth.revokeAuthorization", ("uid", uid))).Code);
        Assert.Null(await CheckAsync(session));
    }

    private async Task<int?> CheckAsync(Granted session) =>
        (await shared.Client.AskAsync(session.Call("users.getLoggedInUser"))).Code;
}
