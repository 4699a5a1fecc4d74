using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>A person comes from a web application and returns to its registered callback with a frob.</summary>
public sealed class WebApplicationFlowTests(BrowserRun run) : BrowserTests(run)
{
    [Fact]
    public async Task A_person_signs_in_and_allows_and_arrives_with_a_frob_that_the_application_exchanges_once()
    {
        var (world, page) = (_fixture.World, _fixture.Page);

        await page.GotoAsync(_fixture.AuthorizeLink(world.Gallery, ("perm_doc", "delete"), ("perm_post", "read")));
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Gallery?");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(
            $"You will return to {new Uri(_fixture.Gallery.Root).Authority}");
        await page.AllowAsync();

        var frob = await _fixture.ArrivesWithFrobAsync();
        Assert.Equal([$"/apps/gallery?frob={frob}"], _fixture.Gallery.Targets);
        var answer = await _fixture.ExchangeAsync(world.Gallery, frob);
        Assert.Equal("doc=delete,blog=none,network=none,profile=none,post=read", answer.Permissions());
        Assert.Equal(world.Alice.Id.ToString(), answer.Text("auth", "user", "user_id"));
        Assert.Equal(2, (await _fixture.ExchangeAsync(world.Gallery, frob)).Code);
    }

    [Fact]
    public async Task A_person_who_allowed_the_application_before_passes_silently_until_it_asks_for_more()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        var link = _fixture.AuthorizeLink(gallery, ("perm_doc", "write"));
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.AllowAsync();
        var first = await _fixture.ArrivesWithFrobAsync();

        await page.GotoAsync(link);
        var second = await _fixture.ArrivesWithFrobAsync();

        Assert.NotEqual(first, second, StringComparer.Ordinal);
        Assert.Equal(
            "doc=write,blog=none,network=none,profile=none,post=none",
            (await _fixture.ExchangeAsync(gallery, second)).Permissions());
        foreach (var more in new[] { ("perm_doc", "delete"), ("perm_blog", "read") })
        {
            await page.GotoAsync(_fixture.AuthorizeLink(gallery, more));
            await page.SeesAsync("Allow Gallery?");
        }
    }

    [Fact]
    public async Task Asking_for_less_in_between_revokes_no_earlier_permission()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(_fixture.AuthorizeLink(gallery, ("perm_doc", "write")));
        await page.AllowAsync();
        await _fixture.ArrivesWithFrobAsync();

        await page.GotoAsync(_fixture.AuthorizeLink(gallery, ("perm_doc", "read")));
        var less = await _fixture.ArrivesWithFrobAsync();
        await page.GotoAsync(_fixture.AuthorizeLink(gallery, ("perm_doc", "write")));
        await _fixture.ArrivesWithFrobAsync();

        Assert.Equal(
            "doc=read,blog=none,network=none,profile=none,post=none",
            (await _fixture.ExchangeAsync(gallery, less)).Permissions());
    }

    [Fact]
    public async Task A_link_with_a_frob_asks_every_time_because_another_person_may_have_opened_it()
    {
        var (gallery, page) = (_fixture.World.Gallery, _fixture.Page);
        await _fixture.ArriveSignedInAsync("alice");

        for (var time = 0; time < 3; time++)
        {
            var frob = await _fixture.Ipernity.FrobAsync(gallery);
            await page.GotoAsync(_fixture.AuthorizeLink(gallery, ("frob", frob), ("perm_doc", "read")));
            await page.SeesAsync("Allow Gallery?");
            await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync(
                "Choose Allow only if you started to sign in from Gallery a moment ago.");
            Assert.Equal(2, (await _fixture.ExchangeAsync(gallery, frob)).Code);
            await page.AllowAsync();
            Assert.Equal(frob, await _fixture.ArrivesWithFrobAsync());
            Assert.Null((await _fixture.ExchangeAsync(gallery, frob)).Code);
        }
    }
}
