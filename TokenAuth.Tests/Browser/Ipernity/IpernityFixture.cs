using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>
/// Helpers for tests of the two authorize pages: links as applications make them, and the application's next calls.
/// </summary>
internal static partial class IpernityFixture
{
    /// <summary>The highest permission in every area.</summary>
    public static readonly (string, string)[] Everything =
        [
            ("perm_doc", "delete"), ("perm_blog", "delete"), ("perm_network", "delete"), ("perm_profile", "write"),
            ("perm_post", "delete"),
        ];

    extension(BrowserFixture fixture)
    {
        /// <summary>The signed link to <c>/apps/authorize</c>.</summary>
        public string AuthorizeLink(App application, params (string, string)[] parameters) =>
            fixture.Address(IpernityClient.Link(application, parameters));

        public string OAuthLink(OAuthToken request, params (string Name, string Value)[] parameters) => fixture.Address(
            "/apps/oauth/authorize?" + IpernityClient.Urlencoded(
                from parameter in parameters.Prepend(("oauth_token", request.Text))
                select KeyValuePair.Create(parameter.Item1, parameter.Item2)));

        /// <summary>The token or the error.</summary>
        public Task<IpernityAnswer> ExchangeAsync(App application, string frob) =>
            fixture.Ipernity.AskAsync(application, "auth.getToken", ("frob", frob));

        /// <summary>
        /// The whole handshake of a desktop application whose person is signed in. Returns the token.
        /// </summary>
        public async Task<string> AllowUploaderAsync(params (string, string)[] permissions)
        {
            var uploader = fixture.World.Uploader;
            var frob = await fixture.Ipernity.FrobAsync(uploader);
            await fixture.Page.GotoAsync(fixture.AuthorizeLink(uploader, [("frob", frob), .. permissions]));
            await fixture.Page.AllowAsync();
            await fixture.Page.SeesAsync("You are signed in");
            return (await fixture.ExchangeAsync(uploader, frob)).Text("auth", "token");
        }

        /// <summary>
        /// The frob with which the browser arrived at the gallery's callback. The browser must have gone nowhere else.
        /// </summary>
        public async Task<string> ArrivesWithFrobAsync()
        {
            await fixture.Page.SeesAsync("Welcome to the gallery");
            var frob = FrobAtTheEnd().Match(fixture.Page.Url).Value;
            Assert.Equal($"{fixture.Gallery.Callback}?frob={frob}", fixture.Page.Url);
            return frob;
        }

        public async Task IsRefusedAsync(string link, string why)
        {
            var answer = (await fixture.Page.GotoAsync(link))!;

            Assert.Equal(400, answer.Status);
            Assert.Null(answer.Request.RedirectedFrom);
            await fixture.SaysLinkDoesNotWorkAsync(why);
        }

        public async Task SaysLinkDoesNotWorkAsync(string why)
        {
            await fixture.Page.SeesAsync("This link does not work");
            await Assertions.Expect(fixture.Page.Locator("main")).ToContainTextAsync(why);
            await Assertions.Expect(fixture.Page.Locator("main form, div.ok")).ToHaveCountAsync(0);
            Assert.Empty(fixture.Gallery.Targets);
        }
    }

    extension(IPage page)
    {
        /// <summary>The consent form, found by the name that old clients look for.</summary>
        public ILocator ConsentForm => page.Locator("form[name=fa][method=post]");

        /// <summary>The mark of success that old clients look for.</summary>
        public ILocator Success => page.Locator("div.ok");

        /// <summary>The requested permissions, in words. They follow the item that every application has.</summary>
        public ILocator AskedPermissions => page.Locator(".asked li + li");

        /// <summary>Presses the button and waits for the server's answer.</summary>
        public Task<IResponse> PressAsync(string button) =>
            page.RunAndWaitForResponseAsync(
                () => page.Button(button).ClickAsync(), response => response.Request.Method == "POST");
    }

    [GeneratedRegex("(?<=frob=)[0-9]+-[0-9a-f]{32}$")]
    private static partial Regex FrobAtTheEnd();
}
