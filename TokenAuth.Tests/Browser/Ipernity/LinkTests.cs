using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>An invalid link gets a page with status 400 and a heading, but no form and no redirect.</summary>
public sealed class LinkTests(BrowserRun run) : BrowserTests(run)
{
    private static readonly App Nobody = new(0, "00000000000000000000000000000000", "secret", "nobody");

    /// <summary>The links, and what the page says of each.</summary>
    private static readonly Dictionary<string, (string Why, Func<BrowserFixture, Task<string>> Make)> Bad =
        new(StringComparer.Ordinal)
        {
            ["a permission raised"] = ("was changed in transit", async fixture =>
                (await GoodAsync(fixture)).Replace("perm_doc=read", "perm_doc=delete", StringComparison.Ordinal)),
            ["a permission added"] =
            ("was changed in transit", async fixture => await GoodAsync(fixture) + "&perm_blog=read"),
            ["no signature"] =
            ("was changed in transit", async fixture => (await GoodAsync(fixture)).Split("&api_sig=")[0]),
            ["unknown key"] = ("is not registered here", fixture => Task.FromResult(fixture.AuthorizeLink(Nobody))),
            ["switched off"] =
            ("is not registered here", fixture => Task.FromResult(fixture.AuthorizeLink(fixture.World.Retired))),
            ["a service"] =
            ("is not registered here", fixture => Task.FromResult(fixture.AuthorizeLink(fixture.World.Janitor))),
            ["unknown frob"] = ("already used, or it has expired", fixture => Task.FromResult(
                fixture.AuthorizeLink(
                    fixture.World.Uploader, ("frob", $"{fixture.World.Uploader.Id}-{new string('0', 32)}")))),
            ["used frob"] = ("already used, or it has expired", async fixture =>
            {
                var frob = await fixture.Ipernity.ConfirmedFrobAsync(fixture.World.Uploader, fixture.World.Bob);
                await fixture.ExchangeAsync(fixture.World.Uploader, frob);
                return fixture.AuthorizeLink(fixture.World.Uploader, ("frob", frob));
            }
            ),
            ["expired frob"] = ("already used, or it has expired", async fixture =>
            {
                var link = await GoodAsync(fixture);
                fixture.World.Clock.Advance(TimeSpan.FromMinutes(10));
                return link;
            }
            ),
            ["no frob"] = ("its frob is missing", fixture => Task.FromResult(fixture.AuthorizeLink(fixture.World.Uploader))),
            ["unknown request token"] = ("already used, or it has expired", fixture => Task.FromResult(
                fixture.OAuthLink(new OAuthToken($"{fixture.World.Gallery.Id}-{new string('0', 32)}", "")))),
            ["used request token"] = ("already used, or it has expired", async fixture =>
            {
                var request = await fixture.OAuth.RequestTokenAsync(fixture.World.Gallery);
                await fixture.World.ConfirmAsync(
                    request.Text, fixture.World.Gallery, fixture.World.Bob, "", "ipernity.oauth");
                return fixture.OAuthLink(request);
            }
            ),
            ["expired request token"] = ("already used, or it has expired", async fixture =>
            {
                var request = await fixture.OAuth.RequestTokenAsync(fixture.World.Gallery);
                fixture.World.Clock.Advance(TimeSpan.FromMinutes(10));
                return fixture.OAuthLink(request);
            }
            ),
        };

    public static TheoryData<string> Names => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_invalid_link_is_refused_whether_or_not_the_person_is_signed_in(string name)
    {
        var (why, make) = Bad[name];
        var link = await make(_fixture);

        await _fixture.IsRefusedAsync(link, why);
        await _fixture.ArriveSignedInAsync("alice");
        await _fixture.IsRefusedAsync(link, why);
    }

    [Fact]
    public async Task A_frob_that_expires_while_the_consent_page_is_open_is_not_confirmed()
    {
        var link = await GoodAsync(_fixture);
        await _fixture.ArriveSignedInAsync("alice");
        await _fixture.Page.GotoAsync(link);
        await _fixture.Page.SeesAsync("Allow Uploader?");
        _fixture.World.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(400, (await _fixture.Page.PressAsync("Allow")).Status);

        await _fixture.SaysLinkDoesNotWorkAsync("already used, or it has expired");
    }

    [Fact]
    public async Task A_frob_that_was_confirmed_in_another_browser_belongs_to_the_person_there()
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var frob = await _fixture.Ipernity.FrobAsync(world.Uploader);
        var link = _fixture.AuthorizeLink(world.Uploader, ("frob", frob));
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.SeesAsync("Allow Uploader?");

        var other = (await _fixture.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(world.Server.Http, "bob_2");
        await other.GotoAsync(link);
        await other.AllowAsync();
        await other.SeesAsync("You are signed in");

        Assert.Equal(400, (await page.PressAsync("Allow")).Status);
        await _fixture.SaysLinkDoesNotWorkAsync("already used");
        Assert.Equal(world.Bob.Id.ToString(), (await _fixture.ExchangeAsync(world.Uploader, frob)).Text(
            "auth", "user", "user_id"));
    }

    private static async Task<string> GoodAsync(BrowserFixture fixture) =>
        fixture.AuthorizeLink(
            fixture.World.Uploader,
            ("frob", await fixture.Ipernity.FrobAsync(fixture.World.Uploader)),
            ("perm_doc", "read"));
}
