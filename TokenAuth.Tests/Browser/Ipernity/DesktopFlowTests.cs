using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>A program on the person's own machine opens the authorize page with a frob and waits.</summary>
public sealed class DesktopFlowTests(BrowserRun run) : BrowserTests(run)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_person_signs_in_and_allows_and_the_program_gets_a_token_with_the_allowed_permissions(
        bool overHttps)
    {
        var (world, page) = (_fixture.World, _fixture.Page);
        var frob = await _fixture.Ipernity.FrobAsync(world.Uploader);
        var link = new Uri(
            overHttps ? world.Server.Https : world.Server.Http,
            IpernityClient.Link(
                world.Uploader, ("frob", frob), ("perm_doc", "write"), ("perm_network", "read"))).AbsoluteUri;

        await page.GotoAsync(link);
        await page.SeesAsync("Sign in");
        await page.SignInAsync("alice");
        await page.SeesAsync("Allow Uploader?");
        await Assertions.Expect(page.AskedPermissions).ToHaveTextAsync(
            ["see, add and change your photos, videos and documents", "see your contacts"]);
        await Assertions.Expect(page.Success).ToHaveCountAsync(0);
        Assert.Equal(2, (await _fixture.ExchangeAsync(world.Uploader, frob)).Code);
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        await Assertions.Expect(page.Success).ToHaveTextAsync(
            "Uploader can sign in as you now. You can close this window and return to the application.");
        await Assertions.Expect(page.ConsentForm).ToHaveCountAsync(0);
        Assert.Equal(link, page.Url);
        var answer = await _fixture.ExchangeAsync(world.Uploader, frob);
        var check = await _fixture.Ipernity.CheckAsync(world.Uploader, answer.Text("auth", "token"));
        foreach (var told in new[] { answer, check })
        {
            Assert.Equal("doc=write,blog=none,network=read,profile=none,post=none", told.Permissions());
            Assert.Equal(world.Alice.Id.ToString(), told.Text("auth", "user", "user_id"));
        }
    }

    [Fact]
    public async Task The_page_describes_every_area_and_level_in_words()
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        var frob = await _fixture.Ipernity.FrobAsync(uploader);
        string[] names = ["doc", "blog", "network", "profile", "post"];
        await _fixture.ArriveSignedInAsync("alice");

        foreach (var (level, words) in new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["read"] =
            [
                "see your photos, videos and documents", "read your blog", "see your contacts", "see your profile",
                "read your articles",
            ],
            ["write"] =
            [
                "see, add and change your photos, videos and documents", "read your blog, and add and change entries",
                "see, add and change your contacts", "see and change your profile",
                "read, add and change your articles",
            ],
            ["delete"] =
            [
                "see, add, change and delete your photos, videos and documents",
                "read your blog, and add, change and delete entries", "see, add, change and delete your contacts",
                "read, add, change and delete your articles",
            ],
        })
        {
            // No permission deletes a profile.
            var asked = names.Where(name => level != "delete" || name != "profile").Select(
                name => ("perm_" + name, level));
            await page.GotoAsync(_fixture.AuthorizeLink(uploader, [("frob", frob), .. asked]));
            await Assertions.Expect(page.AskedPermissions).ToHaveTextAsync(words);
        }

        await page.GotoAsync(_fixture.AuthorizeLink(uploader, ("frob", frob), ("perm_doc", "none")));
        await page.SeesAsync("Allow Uploader?");
        await Assertions.Expect(page.AskedPermissions).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".asked li")).ToHaveTextAsync(
            "see your name, your login name and your account number");
    }

    [Fact]
    public async Task A_link_that_was_used_does_nothing_when_it_is_opened_again()
    {
        var (uploader, page) = (_fixture.World.Uploader, _fixture.Page);
        var frob = await _fixture.Ipernity.FrobAsync(uploader);
        var link = _fixture.AuthorizeLink(uploader, ("frob", frob));
        await _fixture.ArriveSignedInAsync("alice");
        await page.GotoAsync(link);
        await page.AllowAsync();
        await page.SeesAsync("You are signed in");

        var again = (await page.ReloadAsync())!;

        Assert.Equal((400, "POST"), (again.Status, again.Request.Method));
        await _fixture.SaysLinkDoesNotWorkAsync("If you have just allowed the application, go back to it.");
        await _fixture.IsRefusedAsync(link, "already used");
        Assert.Null((await _fixture.ExchangeAsync(uploader, frob)).Code);
    }
}
