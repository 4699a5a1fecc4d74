using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Ipernity;

/// <summary>What tests of the two authorize pages need besides: links as applications make them, and what the application does next.</summary>
internal static partial class IpernityFixture
{
    /// <summary>As much as there is in every area.</summary>
    public static readonly (string, string)[] Everything =
        [("perm_doc", "delete"), ("perm_blog", "delete"), ("perm_network", "delete"), ("perm_profile", "write"), ("perm_post", "delete")];

    extension(BrowserFixture scene)
    {
        /// <summary>The signed link to <c>/apps/authorize</c>.</summary>
        public string AuthorizeLink(App application, params (string, string)[] parameters) => scene.Address(IpernityClient.Link(application, parameters));

        public string OAuthLink(OAuthToken request, params (string Name, string Value)[] parameters) => scene.Address(
            "/apps/oauth/authorize?" + IpernityClient.Urlencoded(
                from parameter in parameters.Prepend(("oauth_token", request.Text)) select KeyValuePair.Create(parameter.Item1, parameter.Item2)));

        /// <summary>The token, or the error.</summary>
        public Task<IpernityAnswer> ExchangeAsync(App application, string frob) => scene.Ipernity.AskAsync(application, "auth.getToken", ("frob", frob));

        /// <summary>The whole way of a desktop application whose person is signed in; the token at its end.</summary>
        public async Task<string> AllowUploaderAsync(params (string, string)[] permissions)
        {
            var uploader = scene.World.Uploader;
            var frob = await scene.Ipernity.FrobAsync(uploader);
            await scene.Page.GotoAsync(scene.AuthorizeLink(uploader, [("frob", frob), .. permissions]));
            await scene.Page.AllowAsync();
            await scene.Page.SeesAsync("You are signed in");
            return (await scene.ExchangeAsync(uploader, frob)).Text("auth", "token");
        }

        /// <summary>The frob with which the browser arrived at the gallery, at its callback and nowhere else.</summary>
        public async Task<string> ArrivesWithFrobAsync()
        {
            await scene.Page.SeesAsync("Welcome to the gallery");
            var frob = FrobAtTheEnd().Match(scene.Page.Url).Value;
            Assert.Equal($"{scene.Gallery.Callback}?frob={frob}", scene.Page.Url);
            return frob;
        }

        public async Task IsRefusedAsync(string link, string why)
        {
            var answer = (await scene.Page.GotoAsync(link))!;

            Assert.Equal(400, answer.Status);
            Assert.Null(answer.Request.RedirectedFrom);
            await scene.SaysLinkDoesNotWorkAsync(why);
        }

        public async Task SaysLinkDoesNotWorkAsync(string why)
        {
            await scene.Page.SeesAsync("This link does not work");
            await Assertions.Expect(scene.Page.Locator("main")).ToContainTextAsync(why);
            await Assertions.Expect(scene.Page.Locator("main form, div.ok")).ToHaveCountAsync(0);
            Assert.Empty(scene.Gallery.Targets);
        }
    }

    extension(IPage page)
    {
        /// <summary>The consent form, by the name that old clients look for.</summary>
        public ILocator ConsentForm => page.Locator("form[name=fa][method=post]");

        /// <summary>The mark of success that old clients look for.</summary>
        public ILocator Success => page.Locator("div.ok");

        /// <summary>What the application asks to do, in words.</summary>
        public ILocator AskedPermissions => page.Locator("main li");

        /// <summary>Presses the button and waits for what the server says to that.</summary>
        public Task<IResponse> PressAsync(string button) =>
            page.RunAndWaitForResponseAsync(() => page.Button(button).ClickAsync(), response => response.Request.Method == "POST");
    }

    [GeneratedRegex("(?<=frob=)[0-9]+-[0-9a-f]{32}$")]
    private static partial Regex FrobAtTheEnd();
}
