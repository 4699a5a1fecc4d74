using System.Net;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Login;

/// <summary>Two tabs, the Back button, and forms that were open for too long: a person can always continue.</summary>
public sealed class SignInAgainTests : IAsyncLifetime
{
    private static readonly (string, string)[] Alice = [("login", "alice"), ("password", TestWorld.Password)];

    private TestWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("/wiki/%C3%9Cber", "/wiki/%C3%9Cber")]
    [InlineData("/wiki/%25C3%259Cber", "/wiki/%C3%9Cber")]
    [InlineData("/wiki/%E2%98%83?q=%C3%BC%20%22%23", "/wiki/%E2%98%83?q=%C3%BC%20%22#")]
    [InlineData("/a%20b", "/a%20b")]
    [InlineData("/100%25", "/100%25")]
    [InlineData("//evil.test", "/account")]
    [InlineData("/%09/evil.test", "/account")]
    [InlineData("/%5Cevil.test", "/account")]
    [InlineData("/%0D%0ASet-Cookie:%20a=b", "/account")]
    [InlineData("https://evil.test/", "/account")]
    [InlineData("http://@evil.test/", "/account")]
    public async Task A_return_address_is_escaped_wherever_it_leads(string escaped, string location)
    {
        using var first = await new FormBrowser(_world.Server.Http).ReadAsync("/signin?return=" + escaped);
        var signedIn = await first.PostAsync("/signin?return=" + escaped, Alice);
        var back = await first.GetAsync("/signin?return=" + escaped);
        using var newcomer = await new FormBrowser(_world.Server.Http).ReadAsync("/signup?return=" + escaped);
        var signedUp = await newcomer.PostAsync(
            "/signup?return=" + escaped,
            [("login", "carol"), ("email", "carol@example.test"), ("password", "a password of hers")]);

        foreach (var answer in (FormPage[])[signedIn, back, signedUp])
        {
            Assert.Equal(HttpStatusCode.Found, answer.Status);
            Assert.Equal(location, answer.Header("Location"));
        }
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signup")]
    public async Task A_second_tabs_form_and_the_Back_button_lead_on_to_the_return_address(string path)
    {
        using var browser = new FormBrowser(_world.Server.Http);
        await browser.ReadAsync(path + "?return=%2Faccount%2Fkeys");
        var second = browser.Token;
        var first = await (await browser.ReadAsync("/signin")).PostAsync("/signin", Alice);

        browser.Token = second;
        var tab = await browser.PostAsync(path + "?return=%2Faccount%2Fkeys", Alice);
        var back = await browser.GetAsync(path + "?return=%2Faccount%2Fkeys");

        foreach (var answer in (FormPage[])[tab, back])
            Assert.Equal(
                (HttpStatusCode.Found, "/account/keys"), (answer.Status, answer.Location!.OriginalString));
        var account = await browser.GetAsync("/account");
        Assert.Equal(HttpStatusCode.OK, account.Status);
    }

    [Theory]
    [InlineData("/signin", "Sign in")]
    [InlineData("/signup", "Sign up")]
    public async Task A_form_with_an_invalid_token_is_shown_again_with_its_fields_except_the_password(
        string path, string heading)
    {
        using var browser = new FormBrowser(_world.Server.Http) { Token = "CfDJ8forged" };
        var refused = await browser.PostAsync(
            path + "?return=%2Faccount%2Fkeys",
            [
                ("login", "carol"), ("email", "carol@example.test"), ("name", "Carol \"C\""),
                ("password", "a password of hers"),
            ]);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(heading, refused.Heading);
        Assert.Contains("This form was open for too long.", refused.Html, StringComparison.Ordinal);
        Assert.Contains("name=\"login\" value=\"carol\"", refused.Html, StringComparison.Ordinal);
        Assert.Contains("name=\"return\" value=\"/account/keys\"", refused.Html, StringComparison.Ordinal);
        Assert.Equal(
            path == "/signup", refused.Html.Contains("value=\"carol@example.test\"", StringComparison.Ordinal));
        Assert.DoesNotContain("a password of hers", refused.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("TokenAuth", browser.Cookies.Keys, StringComparer.Ordinal);
    }

    /// <summary>The application's link requires a new sign-in, so an existing session does not suffice.</summary>
    [Fact]
    public async Task A_signed_in_person_whom_the_link_sends_to_sign_in_again_is_asked()
    {
        using var browser = await new FormBrowser(_world.Server.Http).ReadAsync("/signin");
        var first = await browser.PostAsync("/signin", Alice);
        var sent = await browser.GetAsync($"/login.php?api_key={_world.Gallery.ApiKey}&v=1.0&skipcookie=1");
        var form = sent.Location!.OriginalString;

        Assert.EndsWith("&again=1", form, StringComparison.Ordinal);
        var signedIn = await (await browser.ReadAsync(form)).PostAsync(
            form, [("login", "bob_2"), ("password", TestWorld.Password)]);
        Assert.StartsWith("/login.php?", signedIn.Location!.OriginalString, StringComparison.Ordinal);
        Assert.DoesNotContain("skipcookie", signedIn.Location!.OriginalString, StringComparison.Ordinal);
        var account = await browser.GetAsync("/account");
        Assert.Contains(
            "<dd>bob_2</dd>", account.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consent_form_with_an_invalid_token_asks_again()
    {
        var link = $"/login.php?api_key={_world.Gallery.ApiKey}&v=1.0";
        using var browser = await new FormBrowser(_world.Server.Http).ReadAsync("/signin");
        var signedIn = await browser.PostAsync("/signin", Alice);

        browser.Token = "CfDJ8forged";
        var refused = await browser.PostAsync(link, [("decision", "allow")]);
        var allowed = await (await browser.ReadAsync(link)).PostAsync(link, [("decision", "allow")]);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("Your answer was not accepted", refused.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"allow\"", refused.Html, StringComparison.Ordinal);
        Assert.StartsWith(
            TestWorld.GalleryCallback + "?auth_token=", allowed.Location!.OriginalString,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consent_form_of_a_person_who_is_no_longer_signed_in_leads_to_the_sign_in_page_and_back()
    {
        var link = $"/login.php?api_key={_world.Gallery.ApiKey}&v=1.0";
        using var browser = new FormBrowser(_world.Server.Http) { Token = "CfDJ8forged" };

        var answer = await browser.PostAsync(link, [("decision", "allow")]);

        Assert.Equal(
            (HttpStatusCode.Found, "/signin?return=" + Uri.EscapeDataString(link)),
            (answer.Status, answer.Location!.OriginalString));
    }

    /// <summary>Every other page leads back to itself.</summary>
    [Fact]
    public async Task A_page_that_cannot_show_its_form_again_offers_to_reload()
    {
        using var browser = await new FormBrowser(_world.Server.Http).ReadAsync("/signin");
        var signedIn = await browser.PostAsync("/signin", Alice);

        browser.Token = "";
        var refused = await browser.PostAsync("/account?handler=End", [("id", "1")]);
        var again = await browser.GetAsync("/account?handler=End");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (refused.Status, again.Status));
        Assert.Contains(
            "<a href=\"/account?handler=End\">Load the page again</a>", refused.Html, StringComparison.Ordinal);
        Assert.Contains("Login name", again.Html, StringComparison.Ordinal);
    }

    /// <summary>Logs and browser histories record addresses, so no page reads a password from its address.</summary>
    [Fact]
    public async Task A_password_in_the_address_of_a_page_is_ignored()
    {
        using var browser = await new FormBrowser(_world.Server.Http).ReadAsync("/signin");
        var signIn = await browser.PostAsync(
            $"/signin?login=alice&password={Uri.EscapeDataString(TestWorld.Password)}", []);
        var signedIn = await (await browser.ReadAsync("/signin")).PostAsync("/signin", Alice);
        var change = await (await browser.ReadAsync("/account/password")).PostAsync(
            $"/account/password?current={Uri.EscapeDataString(TestWorld.Password)}&chosen=another%20password", []);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Found, HttpStatusCode.OK),
            (signIn.Status, signedIn.Status, change.Status));
    }
}
