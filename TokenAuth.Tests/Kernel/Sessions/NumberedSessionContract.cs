using System.Net;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>Sessions with a number within their account.</summary>
public abstract class NumberedSessionContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task The_text_is_made_from_the_number_and_finds_the_session()
    {
        var text = await OpenAsync();

        Assert.Equal($"{Fixture.Alice.Id}:1", text);
        Assert.Equal(Fixture.Alice.Id, (await CheckAsync(text, Other))!.AccountId);
        Assert.Null(await CheckAsync(""));
        Assert.Null(await CheckAsync(text, dialect: "ipernity"));
    }

    [Fact]
    public async Task Numbers_rise_for_each_account_across_nodes_and_are_never_reused()
    {
        Assert.Equal($"{Fixture.Alice.Id}:1", await OpenAsync());
        Assert.Equal($"{Fixture.Alice.Id}:2", await OpenAsync(node: Other));
        Assert.Equal($"{Fixture.Bob.Id}:1", await OpenAsync(Fixture.Bob.Id));
        await Node.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default);

        Assert.Equal($"{Fixture.Alice.Id}:3", await OpenAsync()); // the first of a lease of two
        Assert.Equal($"{Fixture.Alice.Id}:5", await OpenAsync(node: Engine.OpenNode()));
        Assert.Equal($"{Fixture.Alice.Id}:4", await OpenAsync());
        Assert.Equal($"{Fixture.Alice.Id}:6", await OpenAsync()); // the first of a lease of four
        Assert.Equal($"{Fixture.Alice.Id}:10", await OpenAsync(node: Engine.OpenNode()));
    }

    [Fact]
    public async Task Twenty_simultaneous_sessions_on_two_nodes_get_different_numbers()
    {
        var texts = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => OpenAsync(node: i % 2 == 0 ? Node : Other))));

        Assert.Equal(20, texts.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(20, await Node.CountAsync("sessions"));
    }

    [Fact]
    public async Task Ending_by_number_ends_the_named_sessions_and_no_others()
    {
        var texts = new[] { await OpenAsync(), await OpenAsync(), await OpenAsync() };
        var (bobs, others) = (await OpenAsync(Fixture.Bob.Id), await OpenAsync(dialect: "ipernity"));
        Assert.EndsWith(":4", others, StringComparison.Ordinal);

        await Node.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, [1, 3, 4, 99], IPAddress.Loopback, default);

        Assert.Null(await CheckAsync(texts[0], Other));
        Assert.NotNull(await CheckAsync(texts[1], Other));
        Assert.Null(await CheckAsync(texts[2], Other));
        Assert.NotNull(await CheckAsync(bobs));
        Assert.NotNull(await CheckAsync(others, dialect: "ipernity"));
    }

    [Fact]
    public async Task Ending_all_ends_the_accounts_sessions_in_one_dialect_and_no_others()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        var (bobs, others) = (await OpenAsync(Fixture.Bob.Id), await OpenAsync(dialect: "ipernity"));

        await Other.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default);

        Assert.Null(await CheckAsync(first));
        Assert.Null(await CheckAsync(second));
        Assert.NotNull(await CheckAsync(bobs));
        Assert.NotNull(await CheckAsync(others, dialect: "ipernity"));
    }

    [Fact]
    public async Task A_session_opened_from_an_earlier_one_is_valid_only_if_the_earlier_one_has_not_ended()
    {
        var parent = (await CheckAsync(await OpenAsync()))!.Id;
        var child = await OpenAsync(parent: parent);
        Assert.NotNull(await CheckAsync(child));
        await Other.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default);

        Assert.Null(await TryOpenAsync(parent: parent));
        Assert.Null(await CheckAsync(child));
    }

    [Fact]
    public async Task Ending_all_sessions_during_renewals_leaves_none()
    {
        for (var round = 0; round < 10; round++)
        {
            var parent = (await CheckAsync(await OpenAsync()))!.Id;
            var renewals = Enumerable.Range(0, 6)
                .Select(i => Task.Run(() => TryOpenAsync(parent: parent, node: i % 2 == 0 ? Node : Other))).ToList();
            var end = Task.Run(
                () => Other.Sessions.EndNumberedAsync(
                    Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default));
            await Task.WhenAll([.. renewals, end]);

            Assert.Equal(0, await Node.CountAsync("sessions"));
        }
    }

    [Fact]
    public async Task A_bound_session_is_valid_from_its_address_only_and_an_unbound_one_from_any()
    {
        var bound = (await CheckAsync(await OpenAsync(bound: true)))!;
        var free = (await CheckAsync(await OpenAsync()))!;

        Assert.True(bound.IsGoodFrom(Home));
        Assert.False(bound.IsGoodFrom(IPAddress.Parse("192.0.2.2")));
        Assert.False(bound.IsGoodFrom(IPAddress.IPv6Loopback));
        Assert.True(free.IsGoodFrom(IPAddress.IPv6Loopback));
    }

    private async Task<string> OpenAsync(
        long? account = null, StoreNode? node = null, string dialect = Dialect, bool bound = false, long? parent = null)
    {
        var text = await TryOpenAsync(account, node, dialect, bound, parent);
        Assert.NotNull(text);
        return text;
    }

    private Task<string?> TryOpenAsync(
        long? account = null, StoreNode? node = null, string dialect = Dialect, bool bound = false, long? parent = null)
    {
        var owner = account ?? Fixture.Alice.Id;
        return (node ?? Node).Sessions.IssueNumberedAsync(
            new NewSession(
                dialect, Text: "", Secret: null, ApplicationId: null, owner, Permissions: "", TimeSpan.FromHours(1),
                Slides: false, Home, bound, ParentId: parent),
            number => $"{owner}:{number}", default);
    }
}
