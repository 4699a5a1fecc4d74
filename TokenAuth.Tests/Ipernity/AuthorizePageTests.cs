using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The page that asks the person, and the links that lead to it.</summary>
public sealed class AuthorizePageTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private static readonly App Nobody = new(0, "00000000000000000000000000000000", "secret", "nobody");

    private TestWorld World => shared.World;

    private IpernityClient Client => shared.Client;

    private static readonly Dictionary<string, Func<AuthorizePageTests, Task<string>>> BadLinks =
        new(StringComparer.Ordinal)
        {
            ["tampered signature"] = async test => (await test.GoodAsync()).Replace(
                "api_sig=", "api_sig=0", StringComparison.Ordinal),
            ["no signature"] = async test => (await test.GoodAsync()).Split("&api_sig=")[0],
            ["changed permission"] = async test => (await test.GoodAsync()).Replace(
                "perm_doc=read", "perm_doc=delete", StringComparison.Ordinal),
            ["added permission"] = async test => await test.GoodAsync() + "&perm_blog=write",
            ["permission taken away"] = async test => (await test.GoodAsync()).Replace(
                "&perm_doc=read", "", StringComparison.Ordinal),
            ["another's secret"] = async test => IpernityClient.Link(
                test.World.Uploader with { Secret = test.World.Gallery.Secret }, ("frob", await test.FrobAsync())),
            ["unknown key"] = async test => IpernityClient.Link(Nobody, ("frob", await test.FrobAsync())),
            ["no key"] = async test => "/apps/authorize?frob=" + await test.FrobAsync(),
            ["nothing"] = _ => Task.FromResult("/apps/authorize"),
            ["disabled application"] = test => Task.FromResult(IpernityClient.Link(test.World.Retired)),
            ["service application"] = test => Task.FromResult(IpernityClient.Link(test.World.Janitor)),
            ["unknown frob"] = test => Task.FromResult(IpernityClient.Link(
                test.World.Uploader, ("frob", $"{test.World.Uploader.Id}-0123456789abcdef0123456789abcdef"))),
            ["no frob"] = test => Task.FromResult(IpernityClient.Link(test.World.Uploader)),
            ["another's frob"] = async test =>
                IpernityClient.Link(test.World.Gallery, ("frob", await test.FrobAsync())),
            ["confirmed frob"] = async test => IpernityClient.Link(
                test.World.Uploader,
                ("frob", await test.Client.ConfirmedFrobAsync(test.World.Uploader, test.World.Bob))),
            ["bad level"] = async test => IpernityClient.Link(
                test.World.Uploader, ("frob", await test.FrobAsync()), ("perm_doc", "everything")),
            ["delete the profile"] = async test => IpernityClient.Link(
                test.World.Uploader, ("frob", await test.FrobAsync()), ("perm_profile", "delete")),
            ["signed as a call"] = async test =>
            {
                var call = new IpernityCall(test.World.Uploader, "auth.getToken", ("frob", await test.FrobAsync()));
                return "/apps/authorize?" + IpernityClient.Urlencoded(call.Pairs);
            },
        };

    public static TheoryData<string> BadLinkNames => [.. BadLinks.Keys];

    [Theory]
    [MemberData(nameof(BadLinkNames))]
    public async Task An_invalid_link_gets_an_error_page_and_no_redirect(string name)
    {
        var link = await BadLinks[name](this);
        using var stranger = new FormBrowser(World.Server.Http);
        using var alice = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        foreach (var page in new[]
        {
            await stranger.GetAsync(link), await alice.GetAsync(link),
            await alice.PostAsync(link, [("decision", "allow")]),
        })
        {
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.Null(page.Location);
            Assert.False(page.Asks || page.IsDone, page.Html);
        }
    }

    [Fact]
    public async Task A_person_who_is_not_signed_in_signs_in_first_and_returns()
    {
        var link = await GoodAsync();
        using var stranger = new FormBrowser(World.Server.Http);

        var page = await stranger.GetAsync(link);

        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        Assert.Equal(link, page.Sent("return"));
    }

    [Fact]
    public async Task The_page_names_the_application_and_describes_its_permissions_in_words()
    {
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        var page = await browser.GetAsync(IpernityClient.Link(
            World.Uploader, ("frob", await FrobAsync()), ("perm_doc", "write"), ("perm_blog", "delete"),
            ("perm_post", "none"), ("lg", "en"), ("api_secret", "")));

        Assert.True(page is { Status: HttpStatusCode.OK, Asks: true, IsDone: false }, page.Html);
        Assert.Contains("<strong>Uploader</strong>", page.Html, StringComparison.Ordinal);
        Assert.Contains(
            "<li>see, add and change your photos, videos and documents</li>", page.Html, StringComparison.Ordinal);
        Assert.Contains("<li>read your blog, and add, change and delete entries</li>", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("articles", page.Html, StringComparison.Ordinal);
        Assert.Contains(("lg", "en"), page.Hidden);
        Assert.Contains(page.Hidden, input => input.Name == "api_sig");
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_confirms_nothing()
    {
        var frob = await FrobAsync();
        var link = IpernityClient.Link(World.Uploader, ("frob", frob));
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        browser.Token = "";
        var page = await browser.PostAsync(link, [("decision", "allow")]);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.False(page.IsDone);
        Assert.Equal(2, (await Client.AskAsync(World.Uploader, "auth.getToken", ("frob", frob))).Code);
    }

    [Fact]
    public async Task A_link_without_a_frob_passes_silently_after_consent_and_asks_when_it_requests_more()
    {
        var person = await shared.AddPersonAsync("erin");
        using var browser = await FormBrowser.SignedInAsync(World.Server, person);
        var write = IpernityClient.Link(World.Gallery, ("perm_doc", "write"), ("perm_blog", "read"));

        Assert.True((await browser.GetAsync(write)).Asks);
        await browser.SubmitAsync(write);

        var silent = await browser.GetAsync(write);
        Assert.StartsWith(TestWorld.GalleryCallback + "?frob=", silent.Location?.ToString(), StringComparison.Ordinal);
        Assert.Null((await Client.AskAsync(World.Gallery, "auth.getToken", ("frob", silent.Sent("frob")!))).Code);
        foreach (var more in new[] { ("perm_doc", "delete"), ("perm_network", "read"), ("perm_profile", "write") })
            Assert.True((await browser.GetAsync(IpernityClient.Link(World.Gallery, ("perm_blog", "read"), more))).Asks);
        Assert.Equal(
            HttpStatusCode.Redirect,
            (await browser.GetAsync(IpernityClient.Link(World.Gallery, ("perm_doc", "read")))).Status);
    }

    [Fact]
    public async Task A_silent_link_grants_only_the_permissions_that_it_requests()
    {
        var person = await shared.AddPersonAsync("fay");
        using var browser = await FormBrowser.SignedInAsync(World.Server, person);
        await browser.SubmitAsync(IpernityClient.Link(World.Gallery, ("perm_doc", "delete")));

        var silent = await browser.GetAsync(IpernityClient.Link(World.Gallery, ("perm_doc", "read")));

        var answer = await Client.AskAsync(World.Gallery, "auth.getToken", ("frob", silent.Sent("frob")!));
        Assert.Equal("doc=read,blog=none,network=none,profile=none,post=none", answer.Permissions());
    }

    [Fact]
    public async Task A_link_asks_again_after_the_consent_was_revoked()
    {
        var person = await shared.AddPersonAsync("gail");
        using var browser = await FormBrowser.SignedInAsync(World.Server, person);
        var link = IpernityClient.Link(World.Gallery);
        await browser.SubmitAsync(link);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(link)).Status);

        await World.Server.Services.GetRequiredService<ConsentStore>().RevokeAsync(
            person.Id, World.Gallery.Id, IPAddress.Loopback, default);

        Assert.True((await browser.GetAsync(link)).Asks);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_link_with_a_frob_always_asks(bool isWeb)
    {
        var application = isWeb ? World.Gallery : World.Uploader;
        var person = await shared.AddPersonAsync(isWeb ? "hana" : "ines");
        await Client.TokenAsync(application, person, "doc=delete");
        using var browser = await FormBrowser.SignedInAsync(World.Server, person);

        var link = IpernityClient.Link(
            application, ("frob", await Client.FrobAsync(application)), ("perm_doc", "read"));

        Assert.True((await browser.GetAsync(link)).Asks);
        Assert.True((await browser.GetAsync(link)).Asks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("allow")]
    public async Task Denying_redirects_back_with_an_error_whatever_decision_the_link_brings(string decision)
    {
        var frob = await Client.FrobAsync(World.Gallery);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);
        (string, string)[] brought = decision.Length == 0 ? [] : [("decision", decision), ("Decision", decision)];

        var page = await browser.PressAsync(IpernityClient.Link(World.Gallery, [("frob", frob), .. brought]), "deny");

        Assert.Equal(TestWorld.GalleryCallback + "?error=access_denied", page.Location?.ToString());
        Assert.Equal(2, (await Client.AskAsync(World.Gallery, "auth.getToken", ("frob", frob))).Code);
    }

    [Fact]
    public async Task Denying_a_desktop_application_shows_a_page_and_invalidates_the_frob()
    {
        var frob = await FrobAsync();
        var link = IpernityClient.Link(World.Uploader, ("frob", frob));
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        var page = await browser.PressAsync(link, "deny");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.False(page.IsDone || page.Asks, page.Html);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(link)).Status);
        Assert.Equal(2, (await Client.AskAsync(World.Uploader, "auth.getToken", ("frob", frob))).Code);
    }

    [Theory]
    [InlineData("callback")]
    [InlineData("next")]
    [InlineData("oauth_callback")]
    public async Task No_link_can_leave_the_callback(string name)
    {
        using var browser = await FormBrowser.SignedInAsync(World.Server, await shared.AddPersonAsync($"jane_{name}"));

        var page = await browser.SubmitAsync(IpernityClient.Link(World.Gallery, (name, "http://evil.example.test/")));

        Assert.StartsWith(TestWorld.GalleryCallback + "?frob=", page.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_keeps_its_port_and_its_query()
    {
        var application = await shared.RegisterAsync(ApplicationKind.Web, "http://127.0.0.1:8123/back?page=1");
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        var page = await browser.SubmitAsync(IpernityClient.Link(application));

        Assert.StartsWith(
            "http://127.0.0.1:8123/back?page=1&frob=", page.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_people_cannot_confirm_one_frob()
    {
        var link = IpernityClient.Link(World.Uploader, ("frob", await FrobAsync()));
        using var alice = await FormBrowser.SignedInAsync(World.Server, World.Alice);
        using var bob = await FormBrowser.SignedInAsync(World.Server, World.Bob);

        Assert.True((await alice.SubmitAsync(link)).IsDone);
        Assert.Equal(HttpStatusCode.BadRequest, (await bob.SubmitAsync(link)).Status);
    }

    private Task<string> FrobAsync() => Client.FrobAsync(World.Uploader);

    private async Task<string> GoodAsync() =>
        IpernityClient.Link(World.Uploader, ("frob", await FrobAsync()), ("perm_doc", "read"));
}
