using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// How long sessions live and what ends them. The tests move a shared clock, and each opens its own sessions.
/// </summary>
public sealed class SessionLifeTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private TestWorld World => shared.World;

    [Fact]
    public async Task A_web_session_lives_24_hours_whether_or_not_it_is_used()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);

        World.Clock.Advance(Day / 2);
        Assert.Null(await CheckAsync(session));
        World.Clock.Advance((Day / 2) - TimeSpan.FromMilliseconds(1));
        Assert.Null(await CheckAsync(session));
        World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(102, await CheckAsync(session));
    }

    [Fact]
    public async Task A_desktop_session_lives_24_hours_from_its_last_call()
    {
        var session = await shared.Client.GrantAsync(World.Uploader, World.Alice);

        for (var call = 0; call < 3; call++)
        {
            World.Clock.Advance(Day - TimeSpan.FromMinutes(1));
            Assert.Null(await CheckAsync(session));
        }

        World.Clock.Advance(Day);
        Assert.Equal(102, await CheckAsync(session));
    }

    [Fact]
    public async Task A_caller_with_the_key_but_not_the_secret_does_not_extend_a_session()
    {
        var session = await shared.Client.GrantAsync(World.Uploader, World.Alice);
        World.Clock.Advance(Day - TimeSpan.FromMinutes(1));

        Assert.Equal(104, (await shared.Client.AskAsync(
            session.Call("users.getLoggedInUser") with { Secret = World.Uploader.Secret })).Code);

        World.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(102, await CheckAsync(session));
    }

    [Theory]
    [InlineData(59, 102)]
    [InlineData(60, null)]
    public async Task A_sliding_session_is_written_at_most_once_a_minute(int seconds, int? codeAfterADay)
    {
        var session = await shared.Client.GrantAsync(World.Uploader, World.Alice);
        World.Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Null(await CheckAsync(session));

        World.Clock.Advance(Day - TimeSpan.FromSeconds(seconds));
        Assert.Equal(codeAfterADay, await CheckAsync(session));
    }

    [Fact]
    public async Task A_desktop_session_of_an_hour_is_extended_by_an_hour()
    {
        var session = await shared.Client.GrantAsync(World.Uploader, World.Alice, ("expires", "60"));

        World.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(await CheckAsync(session));
        World.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(await CheckAsync(session));
        World.Clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(102, await CheckAsync(session));
    }

    [Fact]
    public async Task A_session_without_end_outlives_years()
    {
        var (web, desktop) = (
            await shared.Client.GrantAsync(World.Gallery, World.Alice, ("expires", "0")),
            await shared.Client.GrantAsync(World.Uploader, World.Alice, ("expires", "0")));

        World.Clock.Advance(TimeSpan.FromDays(4000));
        Assert.Null(await CheckAsync(web));
        Assert.Null(await CheckAsync(desktop));
    }

    [Fact]
    public async Task An_expired_session_is_refused_with_102_and_in_the_native_spelling_with_94()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice, ("expires", "1"));
        World.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(102, await CheckAsync(session));
        Assert.Equal(
            94,
            (await shared.Client.AskAsync(session.Call("users.getLoggedInUser") with { Style = Style.Native })).Code);
    }

    [Fact]
    public async Task A_session_that_was_ended_is_refused_and_other_sessions_are_not()
    {
        var (one, other) = (
            await shared.Client.GrantAsync(World.Gallery, World.Alice),
            await shared.Client.GrantAsync(World.Gallery, World.Alice));

        Assert.Equal("1", (await shared.Client.AskAsync(one.Call("auth.expireSession"))).Text);
        Assert.Equal(102, await CheckAsync(one));
        Assert.Equal(102, (await shared.Client.AskAsync(one.Call("auth.expireSession"))).Code);
        Assert.Null(await CheckAsync(other));
    }

    [Fact]
    public async Task Another_applications_session_is_refused()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);

        Assert.Equal(102, await CheckAsync(session with { Application = World.Draft }));
        Assert.Equal(
            102, (await shared.Client.AskAsync(World.Draft, "auth.expireSession", ("session_key", session.Key))).Code);
        Assert.Null(await CheckAsync(session));
    }

    [Theory]
    [InlineData("auth.createToken")]
    [InlineData("users.getInfo")]
    public async Task A_session_key_must_be_valid_even_where_none_is_needed(string method) =>
        Assert.Equal(
            102, (await shared.Client.AskAsync(World.Gallery, method, ("session_key", "x"), ("uids", "1"))).Code);

    [Fact]
    public async Task Suspending_a_person_ends_the_persons_sessions_for_good()
    {
        var session = await shared.Client.GrantAsync(World.Gallery, World.Alice);

        await shared.SetStateAsync(World.Alice, AccountState.Suspended);
        Assert.Equal(102, await CheckAsync(session));
        await shared.SetStateAsync(World.Alice, AccountState.Active);
        Assert.Equal(102, await CheckAsync(session));
        Assert.Null(await CheckAsync(await shared.Client.GrantAsync(World.Gallery, World.Alice)));
    }

    private async Task<int?> CheckAsync(Granted session) =>
        (await shared.Client.AskAsync(session.Call("users.getLoggedInUser"))).Code;
}
