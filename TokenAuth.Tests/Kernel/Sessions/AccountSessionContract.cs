using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>A person's list of sessions, and ending them together.</summary>
public abstract class AccountSessionContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private AccountSessions Sessions => Node.Get<AccountSessions>();

    [Fact]
    public async Task The_list_is_complete_and_starts_with_the_current_session()
    {
        await IssueAsync(lifetime: null);
        var own = await IdAsync(await IssueAsync(lifetime: null));
        for (var i = 0; i < 218; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await IssueAsync(TimeSpan.FromDays(1));
        }

        List<ListedSession> all = [];
        for (var page = 1; page <= 44; page++)
        {
            var found = await Sessions.ListAsync(Fixture.Alice.Id, own, page, default);
            Assert.Equal((220, page, 44), (found.Count, found.Number, found.Pages));
            all.AddRange(found.Sessions);
        }

        Assert.Equal(220, all.DistinctBy(session => session.Id).Count());
        Assert.Equal(own, all[0].Id);
        Assert.Null(all[^1].ExpiresAt);
        Assert.Equal(
            all.Skip(1).Select(session => session.LastUsedAt).OrderDescending(),
            all.Skip(1).Select(session => session.LastUsedAt));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-7, 1)]
    [InlineData(2, 1)]
    [InlineData(int.MaxValue, 1)]
    public async Task A_page_number_out_of_range_selects_the_nearest_page(int asked, int given)
    {
        await IssueAsync(lifetime: null);

        var found = await Sessions.ListAsync(Fixture.Alice.Id, first: null, asked, default);

        Assert.Equal((given, 1), (found.Number, found.Sessions.Count));
    }

    [Fact]
    public async Task Ending_the_other_sessions_ends_them_on_every_node_and_no_other_accounts_sessions()
    {
        var (own, first, second, confirmed) = (
            await IssueAsync(null), await IssueAsync(null), await IssueAsync(TimeSpan.FromHours(1)),
            await OpenConfirmedAsync());
        var bobs = RandomToken.Hex(32);
        await Node.Sessions.IssueAsync(
            new NewSession(Dialect, bobs, null, Fixture.Gallery.Id, Fixture.Bob.Id, "", null, Slides: false, Home),
            default);

        Assert.Equal(2, await Sessions.EndOthersAsync(Fixture.Alice.Id, await IdAsync(own), Home, default));

        foreach (var node in new[] { Node, Other })
        {
            Assert.NotNull(await CheckAsync(own, node));
            Assert.NotNull(await CheckAsync(bobs, node));
            Assert.Null(await CheckAsync(first, node));
            Assert.Null(await CheckAsync(second, node));
        }

        Assert.Null(await ExchangeAsync(confirmed));
        Assert.Equal(0, await Sessions.EndOthersAsync(Fixture.Alice.Id, await IdAsync(own), Home, default));
        Assert.Equal(
            ["2 sessions ended"],
            (await Node.Get<SecurityEvents>().ListAsync(Fixture.Alice.Id, null, null, 100, default))
                .Where(happened => happened.Kind == "session_ended").Select(happened => happened.Detail ?? ""),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_browser_in_constant_use_is_signed_out_after_thirty_days()
    {
        var (text, opened) = (await SignInAsync(), Clock.GetUtcNow());
        while (Clock.GetUtcNow() < opened.AddDays(30) - TimeSpan.FromHours(7))
        {
            Clock.Advance(TimeSpan.FromHours(7));
            var session = await CheckBrowserAsync(text);
            Assert.True(session!.ExpiresAt <= opened.AddDays(30));
        }

        Assert.Equal(
            opened.AddDays(30),
            (await Sessions.ListAsync(Fixture.Alice.Id, null, 1, default)).Sessions.Single().ExpiresAt);
        Assert.Equal(opened.AddDays(30).ToUnixTimeMilliseconds(), await Node.Store.ReadAsync(
            connection => connection.FirstAsync("SELECT expires_at FROM sessions", row => row.GetInt64(0))));
        Clock.Advance(opened.AddDays(30) - Clock.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await CheckBrowserAsync(text));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await CheckBrowserAsync(text));
        Assert.Null(await CheckBrowserAsync(text, Other));
    }

    [Fact]
    public async Task A_lowered_maximum_ends_older_sign_ins_and_shortens_newer_ones()
    {
        var old = await SignInAsync();
        Clock.Advance(TimeSpan.FromHours(3));
        var (young, opened) = (await SignInAsync(), Clock.GetUtcNow());
        await IssueAsync(TimeSpan.FromDays(90), slides: true);
        Clock.Advance(TimeSpan.FromHours(1));

        var strict = Engine.OpenNode(settings: [("TokenAuth:Browser:MaxLifetime", "02:00:00")]);

        Assert.Null(await CheckBrowserAsync(old, strict));
        Assert.Equal(opened.AddHours(2), (await CheckBrowserAsync(young, strict))!.ExpiresAt);
        Assert.Equal(
            [opened.AddHours(2), opened.AddDays(90)],
            (await strict.Get<AccountSessions>().ListAsync(Fixture.Alice.Id, null, 1, default))
                .Sessions.Select(session => session.ExpiresAt).Order());
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await CheckBrowserAsync(young, strict));
    }

    private async Task<string> SignInAsync()
    {
        var text = RandomToken.Hex(32);
        await Node.Sessions.IssueAsync(
            new NewSession(
                DialectNames.Browser, text, null, null, Fixture.Alice.Id, "", TimeSpan.FromHours(12), Slides: true,
                Home), default);
        return text;
    }

    private Task<ActiveSession?> CheckBrowserAsync(string text, StoreNode? node = null) =>
        CheckAsync(text, node, DialectNames.Browser);

    private async Task<long> IdAsync(string text) => (await CheckAsync(text))!.Id;
}
