using System.Net;
using System.Text;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Pages;

/// <summary>Every page answers an unreadable form with a page that says why, and logs nothing.</summary>
public sealed class PageFormTests(PageFormTests.Served shared) : IClassFixture<PageFormTests.Served>
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data; boundary=x";
    private const string TooOld = "This form has expired";
    private const string Unreadable = "This form cannot be read";

    private static readonly string[] Pages =
    [
        "/signin", "/signup", "/signout", "/login.php?api_key=x", "/apps/authorize", "/apps/oauth/authorize",
        "/account", "/account/keys?handler=make", "/account/password",
    ];

    [Theory]
    [InlineData(Form + "; charset=utf-7", "a=b", 415, Unreadable)]
    [InlineData(Form + "; charset=nonsense", "a=b", 415, Unreadable)]
    [InlineData("text/plain", "a=b", 415, Unreadable)]
    [InlineData("application/json", "{}", 415, Unreadable)]
    [InlineData("nonsense", "a=b", 415, Unreadable)]
    [InlineData(
        Multipart,
        "--x\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/plain; "
        + "charset=utf-7\r\n\r\nb\r\n--x--\r\n",
        415, Unreadable)]
    [InlineData(
        Multipart, "--x\r\nContent-Disposition: form-data; name=\"=?utf-7?B?YWJj?=\"\r\n\r\nb\r\n--x--\r\n", 415,
        Unreadable)]
    [InlineData(Multipart, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb", 400, Unreadable)]
    [InlineData(Multipart, "--x\r\nnonsense\r\n\r\nb\r\n--x--\r\n", 400, Unreadable)]
    [InlineData("multipart/form-data", "--x--\r\n", 400, Unreadable)]
    [InlineData("multipart/form-data; boundary=", "--x--\r\n", 400, Unreadable)]
    [InlineData(Form, "a=b", 400, TooOld)]
    [InlineData(Form + "; charset=utf-8", "a=b", 400, TooOld)]
    [InlineData(Form + "; charset=iso-8859-1", "a=b", 400, TooOld)]
    [InlineData(Multipart, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--\r\n", 400, TooOld)]
    [InlineData(null, "", 400, TooOld)]
    public async Task The_page_says_why_a_form_is_unreadable(string? type, string body, int status, string title)
    {
        // Sign-in, sign-up and consent show a readable form again, and the account's pages ask the person to sign in.
        foreach (var page in Pages.Where(page => title == Unreadable || page == "/signout"))
            await AssertAsync(page, type, Encoding.Latin1.GetBytes(body), status, title);
    }

    [Fact]
    public async Task A_form_over_512_KiB_is_too_large()
    {
        foreach (var page in Pages)
            await AssertAsync(
                page, Form, Encoding.Latin1.GetBytes("a=" + new string('b', 600_000)), 413, "This form is too large");
    }

    [Fact]
    public async Task A_form_with_too_many_fields_is_unreadable()
    {
        var pairs = string.Join('&', Enumerable.Range(0, 1100).Select(i => $"a{i}=b"));
        foreach (var page in Pages)
            await AssertAsync(page, Form, Encoding.Latin1.GetBytes(pairs), 400, Unreadable);
    }

    [Theory]
    [InlineData("GET", Form + "; charset=utf-7", "a=b")]
    [InlineData("HEAD", Form, "a[=b")]
    [InlineData("GET", Multipart, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb")]
    public async Task A_form_with_another_verb_is_not_read(string verb, string type, string body)
    {
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", type));
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(shared.Server.Http, "/signin"));
        request.Content = content;

        using var answer = await shared.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("a[")]
    [InlineData("a[b")]
    [InlineData("a]")]
    [InlineData("[")]
    [InlineData("a.b[0].c")]
    [InlineData("Login[")]
    public async Task A_form_may_have_a_field_of_any_name(string name)
    {
        using var browser = await new FormBrowser(shared.Server.Http).ReadAsync("/signin");

        Assert.True((await browser.PostAsync("/signout", [(name, "1")])).IsRedirect);
    }

    [Fact]
    public async Task An_unreadable_form_logs_no_error()
    {
        await The_page_says_why_a_form_is_unreadable(Form + "; charset=utf-7", "a=b", 415, Unreadable);
        await A_form_over_512_KiB_is_too_large();

        Assert.Empty(shared.Server.Log.Errors);
    }

    private async Task AssertAsync(string page, string? type, byte[] body, int status, string title)
    {
        using var content = new ByteArrayContent(body);
        if (type is not null)
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", type));

        using var answer = await shared.Client.PostAsync(new Uri(shared.Server.Http, page), content);

        var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.True((int)answer.StatusCode == status, $"{page}: {answer.StatusCode}");
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Contains($"<h1>{title}</h1>", text, StringComparison.Ordinal);
    }

    public sealed class Served : IAsyncLifetime
    {
        internal LiveServer Server { get; private set; } = null!;

        internal HttpClient Client { get; } = LiveServer.CreateClient();

        public async ValueTask InitializeAsync() => Server = await LiveServer.StartAsync();

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Server.DisposeAsync();
        }
    }
}
