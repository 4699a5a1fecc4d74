using System.Net;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MyAccount;

public sealed class PasswordPageTests
{
    [Fact]
    public async Task One_of_six_simultaneous_changes_from_six_browsers_succeeds_and_the_others_are_told()
    {
        await using var world = await TestWorld.StartAsync();
        var browsers = new List<FormBrowser>();
        for (var i = 0; i < 6; i++)
            browsers.Add(await FormBrowser.SignedInAsync(world.Server, world.Alice));

        var pages = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => browsers[i].PostAsync(
            "/account/password", [("current", TestWorld.Password), ("chosen", $"the new password {i}")])));

        var made = Assert.Single(Enumerable.Range(0, 6), i => pages[i].Location?.OriginalString == "/account");
        Assert.All(pages.Where((_, i) => i != made), page => Assert.True(
            page.Html.Contains("was changed in the meantime", StringComparison.Ordinal)
                || page.Location?.OriginalString.Contains("/signin", StringComparison.Ordinal) == true, page.Html));
        Assert.Equal(HttpStatusCode.OK, (await browsers[made].GetAsync("/account")).Status);
        foreach (var browser in browsers)
            browser.Dispose();
    }
}
