using System.Net;
using System.Text.RegularExpressions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// <c>/code_gen.php</c>: a code that a person copies into a program, which exchanges it for a session without end.
/// </summary>
public sealed partial class CodePageTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task A_desktop_program_exchanges_the_code_once_for_a_session_without_end()
    {
        var code = await CodeAsync(World.Uploader);
        var exchange = MediaPostClient.GetSession(World.Uploader, code);
        Assert.Equal(100, (await shared.Client.AskAsync(exchange with { Secure = false })).Code);

        var session = MediaPostClient.Session(World.Uploader, await shared.Client.AskAsync(exchange));

        Assert.Equal((World.Alice.Id.ToString(), 0), (session.Uid, session.Expires));
        Assert.Equal(session.Uid, (await shared.Client.AskAsync(session.Call("users.getLoggedInUser"))).Text);
        Assert.Equal("1", (await shared.Client.AskAsync(session.Call("users.isAppUser"))).Text);
        Assert.Equal(100, (await shared.Client.AskAsync(exchange)).Code);
    }

    [Fact]
    public async Task A_web_application_does_so_too_and_the_browser_stays_here()
    {
        var exchange = MediaPostClient.GetSession(World.Gallery, await CodeAsync(World.Gallery));

        var session = MediaPostClient.Session(World.Gallery, await shared.Client.AskAsync(exchange));

        Assert.Equal((World.Alice.Id.ToString(), 0, null), (session.Uid, session.Expires, session.Secret));
    }

    [Fact]
    public async Task A_code_is_bound_to_one_application_and_expires_after_15_minutes()
    {
        await using var own = await MediaPostWorld.StartAsync();
        var code = await CodeAsync(own.World, own.World.Gallery);
        Assert.Equal(100, (await own.Client.AskAsync(MediaPostClient.GetSession(own.World.Draft, code))).Code);
        own.World.Clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal(100, (await own.Client.AskAsync(MediaPostClient.GetSession(own.World.Gallery, code))).Code);
    }

    [Fact]
    public async Task The_page_asks_each_time_and_creates_no_code_before_the_person_consents()
    {
        await CodeAsync(World.Gallery);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        var page = await browser.GetAsync(Link(World.Gallery));
        var denied = await browser.PressAsync(Link(World.Gallery), "deny");
        browser.Token = "";
        var forged = await browser.PostAsync(Link(World.Gallery), [("decision", "allow")]);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Allow Gallery?", page.Html, StringComparison.Ordinal);
        Assert.Contains("Not allowed", denied.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
        Assert.All([page, denied, forged], shown => Assert.Null(shown.Text("code")));
    }

    [Fact]
    public async Task A_person_who_is_not_signed_in_signs_in_first()
    {
        using var browser = new FormBrowser(World.Server.Http);

        var page = await browser.GetAsync(Link(World.Gallery));

        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        Assert.Contains("/signin?return=%2Fcode_gen.php", page.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_without_a_known_application_is_refused()
    {
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        string[] links = ["/code_gen.php", "/code_gen.php?v=1.0&api_key=", Link(World.Retired), Link(World.Janitor)];
        foreach (var link in links)
            Assert.True(await browser.GetAsync(link) is { Status: HttpStatusCode.BadRequest, Location: null }, link);
    }

    private static string Link(App application) => $"/code_gen.php?v=1.0&api_key={application.ApiKey}";

    private Task<string> CodeAsync(App application) => CodeAsync(World, application);

    private static async Task<string> CodeAsync(TestWorld world, App application)
    {
        using var browser = await FormBrowser.SignedInAsync(world.Server, world.Alice);
        var page = await browser.PressAsync(Link(application), "allow");
        Assert.True(page is { Status: HttpStatusCode.OK, Location: null }, page.Html);
        return page.Text("code#code")!;
    }
}
