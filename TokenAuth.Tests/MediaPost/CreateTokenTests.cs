using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>The session parameters that createToken fixes in advance.</summary>
public sealed class CreateTokenTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    private long InSeconds(long seconds) => World.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds;

    [Fact]
    public async Task A_token_is_38_lower_case_hexadecimal_digits_without_surrounding_blanks()
    {
        Assert.Matches("^[0-9a-f]{38}$", (await shared.Client.AskAsync(World.Gallery, "auth.createToken")).Text);
        Assert.Matches(
            "^\"[0-9a-f]{38}\"$",
            (await shared.Client.AskAsync(World.Gallery, "auth.createToken", ("format", "JSON"))).Body);
    }

    [Fact]
    public async Task Expires_0_means_a_session_without_end() =>
        Assert.Equal(0, (await shared.Client.GrantAsync(World.Gallery, World.Alice, ("expires", "0"))).Expires);

    [Theory]
    [InlineData("1", 60)]
    [InlineData("60", 3600)]
    [InlineData("99999999", 99999999L * 60)]
    public async Task Expires_counts_minutes(string expires, long seconds) =>
        Assert.Equal(
            InSeconds(seconds),
            (await shared.Client.GrantAsync(World.Gallery, World.Alice, ("expires", expires))).Expires);

    [Fact]
    public async Task A_session_without_expires_lives_24_hours()
    {
        Assert.Equal(InSeconds(24 * 3600), (await shared.Client.GrantAsync(World.Gallery, World.Alice)).Expires);
        Assert.Equal(
            InSeconds(24 * 3600),
            (await shared.Client.GrantAsync(World.Gallery, World.Alice, ("expires", ""))).Expires);
    }

    [Theory]
    [InlineData("01")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("soon")]
    [InlineData("60m")]
    [InlineData("100000000")]
    [InlineData("٣")]
    public async Task An_expires_that_is_not_a_plain_number_is_refused(string expires)
    {
        var answer = await shared.Client.AskAsync(
            new MediaPostCall(World.Gallery, "auth.createToken", ("community", "c"), ("expires", expires))
            {
                Style = Style.Native,
            });

        Assert.Equal(94, answer.Code);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("60")]
    [InlineData("soon")]
    public async Task The_seeds_spelling_ignores_expires(string expires)
    {
        var token = (await shared.Client.AskAsync(World.Gallery, "auth.createToken", ("expires", expires))).Token;
        await World.ConfirmAsync("mediapost", World.Gallery, token, World.Alice);

        var session = MediaPostClient.Session(
            World.Gallery, await shared.Client.AskAsync(MediaPostClient.GetSession(World.Gallery, token)));

        Assert.Equal(InSeconds(24 * 3600), session.Expires);
    }

    [Fact]
    public async Task The_community_is_required_in_the_native_spelling_only()
    {
        var call = new MediaPostCall(World.Gallery, "auth.createToken");
        Assert.Equal(99, (await shared.Client.AskAsync(call with { Style = Style.Native })).Code);
        Assert.Equal(
            99, (await shared.Client.AskAsync(call.With(("community", "")) with { Style = Style.Native })).Code);
        Assert.Null((await shared.Client.AskAsync(
            call.With(("community", "anything at all")) with { Style = Style.Native })).Code);
        Assert.Null((await shared.Client.AskAsync(call)).Code);
    }

    [Fact]
    public async Task The_persons_choice_on_the_login_page_wins()
    {
        var token = await shared.Client.TokenAsync(World.Gallery, ("expires", "60"));
        await World.ConfirmAsync("mediapost", World.Gallery, token, World.Alice, (Lifetime: null, Slides: false));

        Assert.Equal(0, MediaPostClient.Session(
            World.Gallery, await shared.Client.AskAsync(MediaPostClient.GetSession(World.Gallery, token))).Expires);
    }
}
