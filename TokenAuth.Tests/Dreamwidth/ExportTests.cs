using System.Net;
using System.Xml.Linq;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>The export of comments, the web page that the cookie is for.</summary>
public sealed class ExportTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    [Theory]
    [InlineData("/export_comments")]
    [InlineData("/export_comments.bml")]
    public async Task A_request_with_a_cookie_gets_an_empty_export(string path)
    {
        var cookie = "ljsession=" + await shared.Client.SessionAsync(DreamwidthWorld.Alice);
        async Task<XElement> RootAsync(string query)
        {
            var answer = await shared.Client.AskAsync(shared.Client.Get(path + query).With("Cookie", cookie));
            Assert.Equal((HttpStatusCode.OK, "text/xml; charset=utf-8"), (answer.Status, answer.Head("Content-Type")));
            return XElement.Parse(answer.Body);
        }

        var meta = await RootAsync("?get=comment_meta&startid=0&numitems=10000");
        Assert.Equal("maxid comments usermaps", Names(meta));
        Assert.Equal("0", meta.Element("maxid")!.Value);
        Assert.Equal("comments", Names(await RootAsync("?get=comment_body&startid=0")));
        Assert.Empty((await RootAsync("")).Elements());
        Assert.Equal("livejournal", (await RootAsync("?get=other")).Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ljsession=ws:alice:1:xxxxxxxxxxxxxxxxxxxxxx")]
    public async Task A_request_without_a_valid_cookie_is_redirected_to_the_sign_in_page(string? cookie)
    {
        var answer = await shared.Client.AskAsync(
            shared.Client.Get("/export_comments?get=comment_meta").With("Cookie", cookie));

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.StartsWith(
            "/signin?",
            new Uri(shared.World.Server.Http, answer.Head("Location")).PathAndQuery,
            StringComparison.Ordinal);
        Assert.Contains(
            Uri.EscapeDataString("/export_comments?get=comment_meta"),
            answer.Head("Location"),
            StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("bob_2", HttpStatusCode.OK)]
    [InlineData("BOB-2", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("alice", HttpStatusCode.Forbidden)]
    [InlineData("nobody", HttpStatusCode.Forbidden)]
    [InlineData("bob_2x", HttpStatusCode.Forbidden)]
    public async Task No_person_can_export_as_another_person(string authas, HttpStatusCode status)
    {
        var cookie = "ljsession=" + await shared.Client.SessionAsync(DreamwidthWorld.Bob);

        Assert.Equal(status, (await shared.Client.AskAsync(
            shared.Client.Get($"/export_comments?get=comment_meta&authas={authas}").With("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task A_signed_in_browser_may_see_the_export_too()
    {
        using var browser = await FormBrowser.SignedInAsync(shared.World.Server, shared.World.Alice);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/export_comments?get=comment_meta")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.GetAsync("/auth/verify")).Status);
    }

    private static string Names(XElement parent) =>
        string.Join(' ', parent.Elements().Select(element => element.Name.LocalName));
}
