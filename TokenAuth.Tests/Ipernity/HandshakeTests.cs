using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The whole handshake, and the lifetime of its frob.</summary>
public sealed class HandshakeTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private TestWorld World => shared.World;

    private IpernityClient Client => shared.Client;

    [Fact]
    public async Task A_desktop_application_gets_a_token_once_the_person_has_allowed_it_on_the_page()
    {
        var frob = await Client.FrobAsync(World.Uploader);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        var page = await browser.SubmitAsync(
            IpernityClient.Link(World.Uploader, ("frob", frob), ("perm_doc", "delete"), ("perm_profile", "write")));
        var answer = await GetTokenAsync(World.Uploader, frob);

        Assert.True(page.IsDone && !page.Asks, page.Html);
        Assert.Equal("doc=delete,blog=none,network=none,profile=write,post=none", answer.Permissions());
        Assert.Equal(answer.Permissions(), answer.Permissions("perms"));
        var check = await Client.CheckAsync(World.Uploader, answer.Text("auth", "token"));
        Assert.Equal(answer.Body, check.Body);
        Assert.Equal(
            (World.Alice.Id.ToString(), World.Alice.Login, World.Alice.DisplayName),
            (check.Text("auth", "user", "user_id"), check.Text("auth", "user", "username"), check.Text(
                "auth", "user", "realname")));
    }

    [Fact]
    public async Task A_web_application_gets_its_frob_at_its_callback()
    {
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        var page = await browser.SubmitAsync(IpernityClient.Link(World.Gallery, ("perm_network", "read")));
        var answer = await GetTokenAsync(World.Gallery, page.Sent("frob")!);

        Assert.StartsWith(TestWorld.GalleryCallback + "?frob=", page.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("doc=none,blog=none,network=read,profile=none,post=none", answer.Permissions());
        Assert.Null((await Client.CheckAsync(World.Gallery, answer.Text("auth", "token"))).Code);
    }

    [Fact]
    public async Task A_frob_works_once()
    {
        var frob = await Client.ConfirmedFrobAsync(World.Gallery, World.Alice);

        Assert.Null((await GetTokenAsync(World.Gallery, frob)).Code);
        Assert.Equal(2, (await GetTokenAsync(World.Gallery, frob)).Code);
    }

    [Fact]
    public async Task One_of_twenty_simultaneous_exchanges_of_one_frob_succeeds()
    {
        var frob = await Client.ConfirmedFrobAsync(World.Gallery, World.Alice);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetTokenAsync(World.Gallery, frob)));

        Assert.Single(answers, answer => answer.Code is null);
        Assert.Equal(19, answers.Count(answer => answer.Code == 2));
    }

    [Fact]
    public async Task A_frob_that_is_not_confirmed_is_refused_and_stays_usable()
    {
        var frob = await Client.FrobAsync(World.Uploader);

        Assert.Equal(2, (await GetTokenAsync(World.Uploader, frob)).Code);
        await World.ConfirmAsync(frob, World.Uploader, World.Alice, "");
        Assert.Null((await GetTokenAsync(World.Uploader, frob)).Code);
    }

    [Fact]
    public async Task A_frob_is_bound_to_its_application()
    {
        var frob = await Client.ConfirmedFrobAsync(World.Gallery, World.Alice);

        Assert.Equal(2, (await GetTokenAsync(World.Uploader, frob)).Code);
        Assert.Null((await GetTokenAsync(World.Gallery, frob)).Code);
    }

    [Theory]
    [InlineData(599, null)]
    [InlineData(600, 2)]
    public async Task A_frob_lives_for_ten_minutes(int seconds, int? code)
    {
        await using var own = await IpernityWorld.StartAsync();
        var frob = await own.Client.ConfirmedFrobAsync(own.World.Gallery, own.World.Alice);
        own.World.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(code, (await own.Client.AskAsync(own.World.Gallery, "auth.getToken", ("frob", frob))).Code);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1-x")]
    [InlineData("454-712bd4eed6")]
    [InlineData("0-00000000000000000000000000000000")]
    public async Task A_text_that_is_not_a_frob_is_refused(string frob) =>
        Assert.Contains((await GetTokenAsync(World.Gallery, frob)).Code, new int?[] { 2, 105 });

    [Fact]
    public async Task An_empty_frob_is_missing() => Assert.Equal(1, (await GetTokenAsync(World.Gallery, "")).Code);

    [Fact]
    public async Task A_token_never_expires()
    {
        await using var own = await IpernityWorld.StartAsync();
        var token = await own.Client.TokenAsync(own.World.Gallery, own.World.Alice);
        own.World.Clock.Advance(TimeSpan.FromDays(3650));

        Assert.Null((await own.Client.CheckAsync(own.World.Gallery, token)).Code);
    }

    private Task<IpernityAnswer> GetTokenAsync(App application, string frob) =>
        Client.AskAsync(application, "auth.getToken", ("frob", frob));
}
