using System.Net;
using System.Text.RegularExpressions;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>
/// OAuth 1.0a: a callback that the application signed is either used or refused, never confirmed and then ignored. The
/// exchange needs the verifier that the callback receives. So an attacker gains nothing from a request token that the
/// attacker opened and another person confirmed.
/// </summary>
public sealed partial class OAuthVerifierTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private const string Missing = "131 Some of the OAuth parameters were not sent: oauth_verifier";
    private const string Foreign =
        "1 The oauth_callback is neither the callback registered for this application nor below it.";

    private const string Page = "/apps/oauth/authorize?oauth_token=";

    private TestWorld World => shared.World;

    private OAuthClient OAuth => shared.OAuth;

    [Theory]
    [InlineData(TestWorld.GalleryCallback)]
    [InlineData(TestWorld.GalleryCallback + "?id=5")]
    [InlineData(TestWorld.GalleryCallback + "/sub?x=1")]
    public async Task The_callback_gets_a_verifier_of_128_bits_and_the_exchange_needs_it(string callback)
    {
        var (request, verifier, page) = await AllowedAsync(callback);

        Assert.StartsWith(callback, page.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(request.Text, page.Sent("oauth_token"));
        Assert.Matches("^[0-9a-f]{32}$", verifier);
        await AssertRefusedAsync(request, null, Missing, "parameter_absent");
        await AssertRefusedAsync(request, "", Missing, "parameter_absent");
        foreach (var wrong in new[]
        {
            request.Text, verifier![1..], verifier + "0", verifier + " ", new string('0', 32),
        })
            await AssertRefusedAsync(request, wrong, "1 The oauth_verifier is wrong.", "verifier_invalid");

        OAuthClient.TokenIn(await ExchangeAsync(request, verifier));
        await AssertRefusedAsync(request, verifier, "107 The authentication token is invalid.", "token_rejected");
    }

    [Fact]
    public async Task One_of_several_simultaneous_exchanges_succeeds_if_it_has_the_verifier()
    {
        var (request, verifier, _) = await AllowedAsync(TestWorld.GalleryCallback);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            ExchangeAsync(request, i % 2 == 0 ? verifier : RandomToken.Hex(32))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_verifier_helps_before_the_person_consents()
    {
        var request = await OAuth.RequestTokenAsync(World.Gallery, ("oauth_callback", TestWorld.GalleryCallback));

        foreach (var verifier in new[] { null, "", new string('0', 32) })
            await AssertRefusedAsync(request, verifier, "107 The authentication token is invalid.", "token_rejected");
    }

    /// <summary>Programs written for the original send no verifier or an arbitrary one.</summary>
    [Theory]
    [InlineData(false, null)]
    [InlineData(false, "the person's")]
    [InlineData(false, "dummy")]
    [InlineData(true, null)]
    [InlineData(true, "the person's")]
    public async Task The_page_shows_an_out_of_band_verifier_and_the_exchange_does_not_require_it(
        bool isWeb, string? sent)
    {
        var application = isWeb ? World.Gallery : World.Uploader;
        var call = new OAuthCall(application, null, "/apps/oauth/request", ("oauth_callback", "oob"));
        var answer = await OAuth.AskAsync(call);
        Assert.EndsWith("&oauth_callback_confirmed=true", answer.Body, StringComparison.Ordinal);
        var request = OAuthClient.TokenIn(answer);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        var page = await browser.SubmitAsync(Page + request.Text);

        Assert.True(page is { IsDone: true, Location: null }, page.Html);
        var verifier = page.Text("code#code");
        Assert.Matches("^[0-9]{8}$", verifier);
        var back = $"href=\"{TestWorld.GalleryCallback}?oauth_token={request.Text}&amp;oauth_verifier={verifier}\"";
        Assert.Equal(isWeb, page.Html.Contains(back, StringComparison.Ordinal));
        (string, string?) brought = ("oauth_verifier", sent == "the person's" ? verifier : sent);
        OAuthClient.TokenIn(await OAuth.AskAsync(new OAuthCall(application, request, "/apps/oauth/access", brought)));
    }

    [Fact]
    public async Task A_handshake_without_a_callback_follows_OAuth_1_0()
    {
        var answer = await OAuth.AskAsync(new OAuthCall(World.Gallery, null, "/apps/oauth/request"));
        Assert.DoesNotContain("oauth_callback_confirmed", answer.Body, StringComparison.Ordinal);
        var request = OAuthClient.TokenIn(answer);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);

        var page = await browser.SubmitAsync(Page + request.Text);

        Assert.Equal($"{TestWorld.GalleryCallback}?oauth_token={request.Text}", page.Location?.ToString());
        OAuthClient.TokenIn(await ExchangeAsync(request, request.Text));
    }

    [Theory]
    [InlineData("?id=5")]
    [InlineData("-more")]
    [InlineData("http://evil.example.test/")]
    [InlineData("https://gallery.example.test/apps/gallery")]
    [InlineData("//evil.example.test/")]
    [InlineData("http://gallery.example.test/other")]
    [InlineData("http://gallery.example.test/apps/gallery2")]
    [InlineData("http://gallery.example.test/apps/gallery/../other")]
    [InlineData(TestWorld.GalleryCallback + "?oauth_token=mine")]
    [InlineData(TestWorld.GalleryCallback + "?oauth_verifier=mine")]
    [InlineData("OOB")]
    [InlineData("javascript:alert(1)")]
    public async Task A_callback_that_is_not_registered_is_refused_with_the_reason_when_the_token_is_requested(
        string callback)
    {
        foreach (var one in new[] { callback, TestWorld.GalleryCallback + "?x=" + new string('x', 2000) })
        {
            await AssertRefusedAsync(
                new OAuthCall(World.Gallery, null, "/apps/oauth/request", ("oauth_callback", one)),
                Foreign, "parameter_rejected");
        }
    }

    [Fact]
    public async Task An_application_without_a_registered_callback_gets_none_confirmed()
    {
        var application = await shared.RegisterAsync(ApplicationKind.Web);

        await AssertRefusedAsync(
            new OAuthCall(application, null, "/apps/oauth/request", ("oauth_callback", "http://localhost:8080/")),
            Foreign, "parameter_rejected");
    }

    private async Task<(OAuthToken Request, string? Verifier, FormPage Page)> AllowedAsync(string callback)
    {
        var request = await OAuth.RequestTokenAsync(World.Gallery, ("oauth_callback", callback));
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);
        var page = await browser.SubmitAsync(Page + request.Text);
        return (request, page.Sent("oauth_verifier"), page);
    }

    private Task<IpernityAnswer> ExchangeAsync(OAuthToken request, string? verifier) =>
        OAuth.AskAsync(new OAuthCall(World.Gallery, request, "/apps/oauth/access", ("oauth_verifier", verifier)));

    private Task AssertRefusedAsync(OAuthToken request, string? verifier, string body, string problem) =>
        AssertRefusedAsync(
            new OAuthCall(World.Gallery, request, "/apps/oauth/access", ("oauth_verifier", verifier)), body, problem);

    private async Task AssertRefusedAsync(OAuthCall call, string body, string problem)
    {
        using var response = await OAuth.SendAsync(OAuth.Request(call));
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Equal($"OAuth realm=\"TokenAuth\", oauth_problem=\"{problem}\"", challenge);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }
}
