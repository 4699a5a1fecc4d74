using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>A person comes from a web application and is sent back to its registered callback with a frob.</summary>
public sealed class WebApplicationFlowTests(BrowserRun run) : IAsyncLifetime
{
    private readonly BrowserFixture _scene = new(run);

    public ValueTask InitializeAsync() => _scene.OpenAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_person_signs_in_allows_and_arrives_with_a_frob_that_the_application_exchanges_once()
    {
        var (world, page) = (_scene.World, _scene.Page);

        await page.GotoAsync(_scene.AuthorizeLink(world.Gallery, ("perm_doc", "delete"), ("perm_post", "read")));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync($"Afterwards you go back to {new Uri(_scene.Gallery.Root).Authority}.");
        await page.AllowAsync();

        var frob = await _scene.ArrivesWithFrobAsync();
        Assert.Equal([$"/apps/gallery?frob={frob}"], _scene.Gallery.Targets);
        var answer = await _scene.ExchangeAsync(world.Gallery, frob);
        Assert.Equal("doc=delete,blog=none,network=none,profile=none,post=read", answer.Permissions());
        Assert.Equal(world.Alice.Id.ToString(), answer.Text("auth", "user", "user_id"));
        Assert.Equal(2, (await _scene.ExchangeAsync(world.Gallery, frob)).Code);
    }

    [Fact]
    public async Task Who_allowed_it_before_goes_straight_through_until_the_application_asks_for_more()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        var link = _scene.AuthorizeLink(gallery, ("perm_doc", "write"));
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.AllowAsync();
        var first = await _scene.ArrivesWithFrobAsync();

        await page.GotoAsync(link);
        var second = await _scene.ArrivesWithFrobAsync();

        Assert.NotEqual(first, second, StringComparer.Ordinal);
        Assert.Equal("doc=write,blog=none,network=none,profile=none,post=none", (await _scene.ExchangeAsync(gallery, second)).Permissions());
        foreach (var more in new[] { ("perm_doc", "delete"), ("perm_blog", "read") })
        {
            await page.GotoAsync(_scene.AuthorizeLink(gallery, more));
            await page.SeesAsync("Allow Gallery?");
        }
    }

    [Fact]
    public async Task Asking_for_less_in_between_takes_nothing_away_from_what_was_allowed()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");
        await page.GotoAsync(_scene.AuthorizeLink(gallery, ("perm_doc", "write")));
        await page.AllowAsync();
        await _scene.ArrivesWithFrobAsync();

        await page.GotoAsync(_scene.AuthorizeLink(gallery, ("perm_doc", "read")));
        var less = await _scene.ArrivesWithFrobAsync();
        await page.GotoAsync(_scene.AuthorizeLink(gallery, ("perm_doc", "write")));
        await _scene.ArrivesWithFrobAsync();

        Assert.Equal("doc=read,blog=none,network=none,profile=none,post=none", (await _scene.ExchangeAsync(gallery, less)).Permissions());
    }

    [Fact]
    public async Task A_link_with_a_frob_asks_every_time_because_it_may_be_somebody_elses()
    {
        var (gallery, page) = (_scene.World.Gallery, _scene.Page);
        await _scene.ArriveSignedInAsync("alice");

        for (var time = 0; time < 3; time++)
        {
            var frob = await _scene.Ipernity.FrobAsync(gallery);
            await page.GotoAsync(_scene.AuthorizeLink(gallery, ("frob", frob), ("perm_doc", "read")));
            await page.SeesAsync("Allow Gallery?");
            await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("Go on only if you started signing in from Gallery a moment ago.");
            Assert.Equal(2, (await _scene.ExchangeAsync(gallery, frob)).Code);
            await page.AllowAsync();
            Assert.Equal(frob, await _scene.ArrivesWithFrobAsync());
            Assert.Null((await _scene.ExchangeAsync(gallery, frob)).Code);
        }
    }
}
