using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>users.getInfo: names, and only of people who have allowed the application.</summary>
public sealed class GetInfoTests : IAsyncLifetime
{
    private MediaPostWorld _own = null!;

    private TestWorld World => _own.World;

    private string Alice => World.Alice.Id.ToString();

    private string Bob => World.Bob.Id.ToString();

    public async ValueTask InitializeAsync() => _own = await MediaPostWorld.StartAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task People_who_gave_no_consent_are_left_out()
    {
        await _own.Client.GrantAsync(World.Gallery, World.Alice);
        await _own.Client.GrantAsync(World.Uploader, World.Bob);

        Assert.Equal(Alice, Assert.Single(await AskAsync($"{Bob},{Alice},12345")));
        Assert.Empty(await AskAsync(Bob));
    }

    [Fact]
    public async Task People_come_in_the_order_asked_for_and_once()
    {
        await _own.Client.GrantAsync(World.Gallery, World.Alice);
        await _own.Client.GrantAsync(World.Gallery, World.Bob);

        Assert.Equal($"{Bob},{Alice}", string.Join(',', await AskAsync($"{Bob},{Alice},{Bob}")));
    }

    [Fact]
    public async Task A_suspended_person_is_left_out()
    {
        await _own.Client.GrantAsync(World.Gallery, World.Alice);
        await _own.SetStateAsync(World.Alice, AccountState.Suspended);

        Assert.Empty(await AskAsync(Alice));
    }

    [Fact]
    public async Task Pages_are_of_another_community_so_nobody_is_found_by_them() =>
        Assert.Equal("[]", (await _own.Client.AskAsync(World.Gallery, "users.getInfo", ("pageUrls", "alice"), ("format", "json"))).Body);

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1;2")]
    [InlineData(" 1")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task Uids_are_plain_numbers(string uids) =>
        Assert.Equal(100, (await _own.Client.AskAsync(World.Gallery, "users.getInfo", ("uids", uids))).Code);

    [Fact]
    public async Task A_list_that_the_store_could_not_take_is_refused_and_is_no_failure_of_ours()
    {
        var uids = string.Join(',', Enumerable.Range(1, 40_000));

        Assert.Equal(100, (await _own.Client.AskAsync(World.Gallery, "users.getInfo", ("uids", uids))).Code);
        Assert.DoesNotContain(World.Server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private async Task<string[]> AskAsync(string uids)
    {
        var answer = await _own.Client.AskAsync(World.Gallery, "users.getInfo", ("uids", uids), ("format", "json"));
        Assert.True(answer.Code is null, answer.Body);
        return [.. JsonDocument.Parse(answer.Body).RootElement.EnumerateArray().Select(person => person.GetProperty("uid").GetString()!)];
    }
}
