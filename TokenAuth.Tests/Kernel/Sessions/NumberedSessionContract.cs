using System.Net;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>Sessions that have a number among those of their account.</summary>
public abstract class NumberedSessionContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task The_text_is_made_of_the_number_and_is_what_the_session_is_found_by()
    {
        var text = await OpenAsync();

        Assert.Equal($"{Fixture.Alice.Id}:1", text);
        Assert.Equal(Fixture.Alice.Id, (await CheckAsync(text, Other))!.AccountId);
        Assert.Null(await CheckAsync(""));
        Assert.Null(await CheckAsync(text, dialect: "ipernity"));
    }

    [Fact]
    public async Task Numbers_rise_for_each_account_over_all_nodes_and_none_is_used_again()
    {
        Assert.Equal($"{Fixture.Alice.Id}:1", await OpenAsync());
        Assert.Equal($"{Fixture.Alice.Id}:2", await OpenAsync(node: Other));
        Assert.Equal($"{Fixture.Bob.Id}:1", await OpenAsync(Fixture.Bob.Id));
        await Node.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default);

        Assert.Equal($"{Fixture.Alice.Id}:3", await OpenAsync());
        Assert.Equal($"{Fixture.Alice.Id}:4", await OpenAsync(node: Engine.OpenNode()));
    }

    [Fact]
    public async Task Of_twenty_that_are_opened_at_the_same_moment_on_two_nodes_each_has_its_own()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => OpenAsync(node: i % 2 == 0 ? Node : Other))));

        Assert.Equal(Enumerable.Range(1, 20), texts.Select(text => int.Parse(text.Split(':')[1])).Order());
        Assert.Equal(20, await Node.CountAsync("sessions"));
    }

    [Fact]
    public async Task The_numbers_that_are_named_are_ended_and_no_others()
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
    public async Task All_of_an_account_in_one_dialect_are_ended_and_no_others()
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
    public async Task One_that_is_opened_with_an_earlier_one_lives_only_if_that_has_not_ended_meanwhile()
    {
        var parent = (await CheckAsync(await OpenAsync()))!.Id;
        var child = await OpenAsync(parent: parent);
        Assert.NotNull(await CheckAsync(child));
        await Other.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default);

        var late = await OpenAsync(parent: parent);

        Assert.Null(await CheckAsync(child));
        Assert.Null(await CheckAsync(late));
    }

    [Fact]
    public async Task Of_renewals_while_all_sessions_are_ended_none_is_left()
    {
        for (var round = 0; round < 10; round++)
        {
            var parent = (await CheckAsync(await OpenAsync()))!.Id;
            var renewals = Enumerable.Range(0, 6).Select(i => Task.Run(() => OpenAsync(parent: parent, node: i % 2 == 0 ? Node : Other))).ToList();
            var end = Task.Run(() => Other.Sessions.EndNumberedAsync(Fixture.Alice.Id, Dialect, numbers: null, IPAddress.Loopback, default));
            await Task.WhenAll([.. renewals, end]);

            Assert.Equal(0, await Node.CountAsync("sessions"));
        }
    }

    [Fact]
    public async Task A_bound_one_knows_its_address_and_any_other_is_good_from_everywhere()
    {
        var bound = (await CheckAsync(await OpenAsync(bound: true)))!;
        var free = (await CheckAsync(await OpenAsync()))!;

        Assert.True(bound.IsGoodFrom(Home));
        Assert.False(bound.IsGoodFrom(IPAddress.Parse("192.0.2.2")));
        Assert.False(bound.IsGoodFrom(IPAddress.IPv6Loopback));
        Assert.True(free.IsGoodFrom(IPAddress.IPv6Loopback));
    }

    private Task<string> OpenAsync(long? account = null, StoreNode? node = null, string dialect = Dialect, bool bound = false, long? parent = null)
    {
        var owner = account ?? Fixture.Alice.Id;
        return (node ?? Node).Sessions.IssueNumberedAsync(
            new NewSession(dialect, Text: "", Secret: null, ApplicationId: null, owner, Permissions: "", TimeSpan.FromHours(1), Slides: false, Home, bound, ParentId: parent),
            number => $"{owner}:{number}", default);
    }
}
