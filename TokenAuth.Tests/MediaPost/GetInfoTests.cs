using System.Text;
using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>users.getInfo returns names, and only of people who have allowed the application.</summary>
public sealed class GetInfoTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    private string Alice => World.Alice.Id.ToString();

    private string Bob => World.Bob.Id.ToString();

    [Fact]
    public async Task People_who_gave_no_consent_are_left_out()
    {
        var application = await shared.RegisterAsync(ApplicationKind.Web);
        await shared.Client.GrantAsync(application, World.Alice);
        await shared.Client.GrantAsync(World.Uploader, World.Bob);

        Assert.Equal(Alice, Assert.Single(await AskAsync(application, $"{Bob},{Alice},12345")));
        Assert.Empty(await AskAsync(application, Bob));
    }

    [Fact]
    public async Task People_are_returned_once_in_the_requested_order()
    {
        await shared.Client.GrantAsync(World.Gallery, World.Alice);
        await shared.Client.GrantAsync(World.Gallery, World.Bob);

        Assert.Equal($"{Bob},{Alice}", string.Join(',', await AskAsync(World.Gallery, $"{Bob},{Alice},{Bob}")));
    }

    [Fact]
    public async Task A_suspended_person_is_left_out()
    {
        await shared.Client.GrantAsync(World.Gallery, World.Alice);
        await shared.SetStateAsync(World.Alice, AccountState.Suspended);
        Assert.Empty(await AskAsync(World.Gallery, Alice));

        await shared.SetStateAsync(World.Alice, AccountState.Active);
        Assert.Single(await AskAsync(World.Gallery, Alice));
    }

    [Fact]
    public async Task Pages_belong_to_another_community_so_no_person_is_found_by_them() =>
        Assert.Equal("[]", (await shared.Client.AskAsync(
            World.Gallery, "users.getInfo", ("pageUrls", "alice"), ("format", "json"))).Body);

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1;2")]
    [InlineData(" 1")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task Uids_are_plain_numbers(string uids) =>
        Assert.Equal(100, (await shared.Client.AskAsync(World.Gallery, "users.getInfo", ("uids", uids))).Code);

    [Fact]
    public async Task A_list_that_the_store_cannot_hold_is_refused_and_is_not_a_server_failure()
    {
        var call = new MediaPostCall(
            World.Gallery, "users.getInfo", ("uids", string.Join(',', Enumerable.Range(1, 40_000))));
        var form = new StringContent(
            string.Join('&', call.Pairs.Select(pair => $"{pair.Key}={pair.Value}")),
            Encoding.ASCII,
            "application/x-www-form-urlencoded");

        Assert.Equal(100, (await shared.Client.AskAsync(
            new HttpRequestMessage(HttpMethod.Post, shared.Client.Address(call)) { Content = form })).Code);
        Assert.Empty(World.Server.Log.Errors);
    }

    private async Task<string[]> AskAsync(App application, string uids)
    {
        var answer = await shared.Client.AskAsync(application, "users.getInfo", ("uids", uids), ("format", "json"));
        Assert.True(answer.Code is null, answer.Body);
        return
        [
            .. JsonDocument.Parse(answer.Body).RootElement.EnumerateArray().Select(
                person => person.GetProperty("uid").GetString()!),
        ];
    }
}
