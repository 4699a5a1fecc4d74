using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>A link that is not in order ends here, with status 400, a heading, no form and no redirect.</summary>
public sealed class LinkTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    private static readonly App Nobody = new(0, "00000000000000000000000000000000", "secret", "nobody");

    /// <summary>Links, with what the page says of each.</summary>
    private static readonly Dictionary<string, (string Why, Func<BrowserFixture, Task<string>> Make)> Bad = new(StringComparer.Ordinal)
    {
        ["a permission raised"] = ("was changed on its way", async scene =>
            (await GoodAsync(scene)).Replace("perm_doc=read", "perm_doc=delete", StringComparison.Ordinal)),
        ["a permission added"] = ("was changed on its way", async scene => await GoodAsync(scene) + "&perm_blog=read"),
        ["no signature"] = ("was changed on its way", async scene => (await GoodAsync(scene)).Split("&api_sig=")[0]),
        ["unknown key"] = ("No application is known", scene => Task.FromResult(scene.AuthorizeLink(Nobody))),
        ["switched off"] = ("No application is known", scene => Task.FromResult(scene.AuthorizeLink(scene.World.Retired))),
        ["a service"] = ("No application is known", scene => Task.FromResult(scene.AuthorizeLink(scene.World.Janitor))),
        ["unknown frob"] = ("used already, or it is too old", scene => Task.FromResult(
            scene.AuthorizeLink(scene.World.Uploader, ("frob", $"{scene.World.Uploader.Id}-{new string('0', 32)}")))),
        ["used frob"] = ("used already, or it is too old", async scene =>
        {
            var frob = await scene.Ipernity.ConfirmedFrobAsync(scene.World.Uploader, scene.World.Bob);
            await scene.ExchangeAsync(scene.World.Uploader, frob);
            return scene.AuthorizeLink(scene.World.Uploader, ("frob", frob));
        }
        ),
        ["expired frob"] = ("used already, or it is too old", async scene =>
        {
            var link = await GoodAsync(scene);
            scene.World.Clock.Advance(TimeSpan.FromMinutes(10));
            return link;
        }
        ),
        ["no frob"] = ("lacks the frob", scene => Task.FromResult(scene.AuthorizeLink(scene.World.Uploader))),
        ["unknown request token"] = ("used already, or it is too old", scene => Task.FromResult(
            scene.OAuthLink(new OAuthToken($"{scene.World.Gallery.Id}-{new string('0', 32)}", "")))),
        ["used request token"] = ("used already, or it is too old", async scene =>
        {
            var request = await scene.OAuth.RequestTokenAsync(scene.World.Gallery);
            await scene.World.ConfirmAsync(request.Text, scene.World.Gallery, scene.World.Bob, "", "ipernity.oauth");
            return scene.OAuthLink(request);
        }
        ),
        ["expired request token"] = ("used already, or it is too old", async scene =>
        {
            var request = await scene.OAuth.RequestTokenAsync(scene.World.Gallery);
            scene.World.Clock.Advance(TimeSpan.FromMinutes(10));
            return scene.OAuthLink(request);
        }
        ),
    };

    public static TheoryData<string> Names => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_to_whoever_comes_signed_in_or_not(string name)
    {
        var (why, make) = Bad[name];
        var link = await make(_scene);

        await _scene.IsRefusedAsync(link, why);
        await _scene.ArriveSignedInAsync("alice");
        await _scene.IsRefusedAsync(link, why);
    }

    [Fact]
    public async Task A_frob_that_expires_while_the_person_thinks_is_not_confirmed()
    {
        var link = await GoodAsync(_scene);
        await _scene.ArriveSignedInAsync("alice");
        await _scene.Page.GotoAsync(link);
        await _scene.Page.SeesAsync("Allow Uploader?");
        _scene.World.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(400, (await _scene.Page.PressAsync("Allow")).Status);

        await _scene.SaysLinkDoesNotWorkAsync("used already, or it is too old");
    }

    [Fact]
    public async Task A_frob_that_was_confirmed_in_another_browser_belongs_to_the_person_there()
    {
        var (world, page) = (_scene.World, _scene.Page);
        var frob = await _scene.Ipernity.FrobAsync(world.Uploader);
        var link = _scene.AuthorizeLink(world.Uploader, ("frob", frob));
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.SeesAsync("Allow Uploader?");

        var other = (await _scene.OpenOtherBrowserAsync()).Page;
        await other.ArriveSignedInAsync(world.Server.Http, "bob_2");
        await other.GotoAsync(link);
        await other.AllowAsync();
        await other.SeesAsync("You are signed in");

        Assert.Equal(400, (await page.PressAsync("Allow")).Status);
        await _scene.SaysLinkDoesNotWorkAsync("used already");
        Assert.Equal(world.Bob.Id.ToString(), (await _scene.ExchangeAsync(world.Uploader, frob)).Text("auth", "user", "user_id"));
    }

    private static async Task<string> GoodAsync(BrowserFixture scene) =>
        scene.AuthorizeLink(scene.World.Uploader, ("frob", await scene.Ipernity.FrobAsync(scene.World.Uploader)), ("perm_doc", "read"));
}
