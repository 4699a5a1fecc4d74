using System.Net;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MyAccount;

public sealed class ApplicationsPageTests : IAsyncLifetime
{
    private TestWorld _world = null!;
    private FormBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.StartAsync();
        _browser = await FormBrowser.SignedInAsync(_world.Server, _world.Alice);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Permissions_are_listed_in_words_with_the_host_and_the_use()
    {
        using var ipernity = new IpernityClient(_world);
        await ipernity.TokenAsync(_world.Gallery, _world.Alice, "doc=write,blog=read");

        var page = await _browser.GetAsync("/account/applications");

        Assert.Equal(
            ["see, add and change your photos, videos and documents", "read your blog"],
            page.Texts(".asked li"));
        Assert.Contains("gallery.example.test", page.Text("section.card"), StringComparison.Ordinal);
        Assert.Contains(
            "Allowed since 1 March 2026. Last used 1 March 2026, 12:00 UTC. 1 session.",
            Spaced(page.Text("section.card")!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_of_a_dialect_without_permissions_may_act_without_limits()
    {
        await AllowAsync();

        var page = await _browser.GetAsync("/account/applications");

        Assert.Equal(0, page.Count(".asked li"));
        Assert.Contains("It can act on your behalf without restrictions.", page.Html, StringComparison.Ordinal);
        Assert.Contains("Not signed in now.", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removing_says_first_what_follows_and_only_the_form_removes()
    {
        await AllowAsync();
        var path = $"/account/applications/{_world.Gallery.Id}";

        var question = await _browser.GetAsync(path);
        Assert.Equal("Remove Gallery?", question.Heading);
        Assert.Equal(1, (await _browser.GetAsync("/account/applications")).Count("section.card h2"));

        var removed = await _browser.SubmitAsync(path);
        Assert.Equal("/account/applications", removed.Location!.OriginalString);
        var page = await _browser.GetAsync("/account/applications");
        Assert.Equal("The application was removed, and its sessions have ended.", page.Text("[role=status]"));
        Assert.NotNull(page.Text(".empty"));
    }

    [Fact]
    public async Task An_application_that_is_not_allowed_leads_back_to_the_list()
    {
        foreach (var id in new[] { _world.Uploader.Id, 9999 })
        {
            Assert.Equal(
                "/account/applications",
                (await _browser.GetAsync($"/account/applications/{id}")).Location!.OriginalString);
            Assert.Equal(
                "/account/applications",
                (await _browser.PostAsync($"/account/applications/{id}", [])).Location!.OriginalString);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync("/account/applications/x")).Status);
    }

    private async Task AllowAsync()
    {
        using var client = new MediaPost.MediaPostClient(_world);
        var token = await client.CallAsync(_world.Gallery, "Up.auth.createToken", ("format", "JSON"));
        await _world.ConfirmAsync("mediapost", _world.Gallery, token.Trim('"'), _world.Alice);
    }

    private static string Spaced(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
