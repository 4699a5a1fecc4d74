using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>When a token can be exchanged, and when a refused exchange leaves it usable.</summary>
public sealed class GetSessionTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task A_token_that_the_person_has_not_answered_is_refused_and_stays_usable()
    {
        var token = await shared.Client.TokenAsync(World.Gallery);
        Assert.Equal(100, await ExchangeAsync(World.Gallery, token));
        Assert.Equal(100, await ExchangeAsync(World.Gallery, token));

        await World.ConfirmAsync("mediapost", World.Gallery, token, World.Alice);
        Assert.Null(await ExchangeAsync(World.Gallery, token));
    }

    [Fact]
    public async Task A_token_works_once()
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);

        Assert.Null(await ExchangeAsync(World.Gallery, token));
        Assert.Equal(100, await ExchangeAsync(World.Gallery, token));
    }

    [Fact]
    public async Task Another_applications_token_is_unknown_and_stays_usable()
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);

        Assert.Equal(100, await ExchangeAsync(World.Draft, token));
        Assert.Null(await ExchangeAsync(World.Gallery, token));
    }

    [Fact]
    public async Task A_wrong_signature_leaves_the_token_usable()
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);

        Assert.Equal(104, (await shared.Client.AskAsync(
            MediaPostClient.GetSession(World.Gallery, token) with { Signature = new string('0', 32) })).Code);
        Assert.Null(await ExchangeAsync(World.Gallery, token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("00000000000000000000000000000000000000")]
    [InlineData("' OR 1=1 --")]
    public async Task A_text_that_is_not_a_token_is_refused(string token) =>
        Assert.Equal(100, await ExchangeAsync(World.Gallery, token));

    [Fact]
    public async Task A_missing_token_is_refused() =>
        Assert.Equal(100, (await shared.Client.AskAsync(World.Gallery, "auth.getSession")).Code);

    [Fact]
    public async Task A_token_in_upper_case_is_unknown()
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);

        Assert.Equal(100, await ExchangeAsync(World.Gallery, token.ToUpperInvariant()));
        Assert.Null(await ExchangeAsync(World.Gallery, token));
    }

    [Fact]
    public async Task The_native_spelling_answers_94_for_a_token_that_cannot_be_used()
    {
        var token = await shared.Client.TokenAsync(World.Gallery);

        Assert.Equal(94, (await shared.Client.AskAsync(
            MediaPostClient.GetSession(World.Gallery, token) with { Style = Style.Native })).Code);
    }

    [Fact]
    public async Task A_token_can_be_exchanged_for_15_minutes()
    {
        await using var own = await MediaPostWorld.StartAsync();
        var (first, second) = (
            await own.Client.ConfirmedTokenAsync(own.World.Gallery, own.World.Alice),
            await own.Client.ConfirmedTokenAsync(own.World.Gallery, own.World.Alice));

        own.World.Clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.Null((await own.Client.AskAsync(MediaPostClient.GetSession(own.World.Gallery, first))).Code);
        own.World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(100, (await own.Client.AskAsync(MediaPostClient.GetSession(own.World.Gallery, second))).Code);
    }

    [Fact]
    public async Task A_person_who_was_suspended_after_consenting_gets_no_session()
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Bob);
        await shared.SetStateAsync(World.Bob, AccountState.Suspended);
        Assert.Equal(100, await ExchangeAsync(World.Gallery, token));

        await shared.SetStateAsync(World.Bob, AccountState.Active);
        Assert.Equal(100, await ExchangeAsync(World.Gallery, token));
    }

    private async Task<int?> ExchangeAsync(App application, string token) =>
        (await shared.Client.AskAsync(MediaPostClient.GetSession(application, token))).Code;
}
