using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Admin;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Pages;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Admin;

/// <summary>Who reaches the addresses below <c>/admin</c>. A new page is tested automatically.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private const string Question = "Confirm that it is you";

    private static readonly string[] Verbs = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

    private AdminWorld _own = null!;

    public async ValueTask InitializeAsync() => _own = await AdminWorld.StartAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    private IReadOnlyList<string> Paths =>
    [
        .. _own.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => $"/{endpoint.RoutePattern.RawText}".Replace("{id:long}", "1", StringComparison.Ordinal))
            .Where(path => path.StartsWith("/admin", StringComparison.Ordinal)),
    ];

    [Fact]
    public void The_tests_find_all_pages()
    {
        string[] some =
        [
            "/admin", "/admin/accounts", "/admin/accounts/1", "/admin/applications", "/admin/applications/1",
            "/admin/events", "/admin/events.csv", "/admin/mail", "/admin/store", "/admin/confirm",
        ];
        Assert.Equal(some.Order(StringComparer.Ordinal), Paths.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("Alice")]
    [InlineData("an administrator who was suspended")]
    [InlineData("a former administrator")]
    public async Task For_others_every_verb_is_answered_as_at_an_unknown_address(string who)
    {
        using var http = LiveServer.CreateClient();
        var cookies = await CookiesAsync(who);
        var unknown = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var verb in Verbs)
            unknown[verb] = await AskAsync(http, verb, "/nowhere", cookies);
        foreach (var path in Paths.Append("/ADMIN/Accounts").Append("/admin?handler=x"))
        {
            foreach (var verb in Verbs)
                Assert.Equal(unknown[verb], await AskAsync(http, verb, path, cookies));
        }
    }

    [Fact]
    public async Task After_fifteen_minutes_every_page_asks_for_the_password_and_shows_nothing()
    {
        _own.World.Clock.Advance(AdminProof.ReadableFor - TimeSpan.FromMilliseconds(1));
        Assert.Equal("Accounts", (await _own.Browser.GetAsync("/admin/accounts")).Heading);

        _own.World.Clock.Advance(TimeSpan.FromMilliseconds(1));
        foreach (var path in Paths.Where(path => path != "/admin/confirm"))
        {
            var page = await _own.Browser.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, Question), (page.Status, page.Heading));
            Assert.DoesNotContain("example.test", page.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_password_leads_to_the_page_that_was_asked_for()
    {
        _own.World.Clock.Advance(AdminProof.ReadableFor);
        const string wanted = "/admin/accounts?q=al&by=login";
        var asked = await _own.Browser.GetAsync(wanted);
        var action = asked.Attribute("main form", "action")!;
        Assert.StartsWith("/admin/confirm?return=", action, StringComparison.Ordinal);

        var wrong = await AnswerAsync(action, asked, "wrong password");
        Assert.Equal("The password is wrong.", wrong.Alert);
        var right = await AnswerAsync(action, asked, TestWorld.Password);

        Assert.Equal(wanted, right.Location?.OriginalString);
        Assert.Equal("Accounts", (await _own.Browser.GetAsync(wanted)).Heading);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    public async Task The_password_leads_to_no_other_site(string elsewhere) => Assert.Equal(
        "/admin",
        (await _own.Browser.PostAsync($"/admin/confirm?return={Uri.EscapeDataString(elsewhere)}", []))
            .Location?.OriginalString);

    /// <summary>Every handler for POST is found in the pages' code.</summary>
    [Fact]
    public async Task Five_minutes_after_the_proof_every_change_asks_for_the_password_and_changes_nothing()
    {
        _own.World.Clock.Advance(FreshProof.GoodFor);
        var before = (await _own.LatestAsync(account: null)).Id;
        foreach (var (model, path) in new[]
        {
            (typeof(AccountModel), "/admin/accounts/1"), (typeof(ApplicationModel), "/admin/applications/1"),
        })
        {
            var handlers = model.GetMethods().Select(method => method.Name)
                .Where(name => name.StartsWith("OnPost", StringComparison.Ordinal)).ToList();
            Assert.True(handlers.Count >= 2);
            foreach (var handler in handlers)
            {
                var page = await _own.Browser.PostAsync(
                    $"{path}?handler={handler["OnPost".Length..^"Async".Length]}", [("session", "1"), ("key", "1")]);
                Assert.Equal(Question, page.Heading);
            }
        }

        Assert.Equal(before, (await _own.LatestAsync(account: null)).Id);
    }

    [Fact]
    public async Task A_form_without_its_token_changes_nothing()
    {
        _own.Browser.Token = "";

        Assert.Equal(HttpStatusCode.BadRequest, (await _own.PostAsync(_own.World.Alice, "Suspend")).Status);
        Assert.Equal("account_created", (await _own.LatestAsync(_own.World.Alice)).Kind);
    }

    [Fact]
    public async Task The_account_page_links_to_the_pages_of_administrators_only_for_them()
    {
        using var alice = await FormBrowser.SignedInAsync(_own.World.Server, _own.World.Alice);

        Assert.Contains("href=\"/admin\"", (await _own.Browser.GetAsync("/account")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/admin", (await alice.GetAsync("/account")).Html, StringComparison.Ordinal);
    }

    private Task<FormPage> AnswerAsync(string action, FormPage question, string password)
    {
        _own.Browser.Token = ""; // The form has its own.
        return _own.Browser.PostAsync(action, [.. question.Hidden, (FreshProof.Field, password)]);
    }

    private async Task<string> CookiesAsync(string who)
    {
        var (world, administrators) = (_own.World, _own.Get<Administrators>());
        if (who == "nobody")
            return "";
        if (who == "Alice")
            return (await FormBrowser.SignedInAsync(world.Server, world.Alice)).CookieHeader;
        if (who == "a former administrator")
            await administrators.SetAsync(_own.Carol.Id, isAdmin: false, from: null, by: null, default);
        else
            await world.ChangeStoreAsync($"UPDATE accounts SET state = 1 WHERE id = {_own.Carol.Id}");
        return _own.Browser.CookieHeader;
    }

    /// <summary>The status, the headers and the body, without what differs between two equal requests.</summary>
    private async Task<string> AskAsync(HttpClient http, string verb, string path, string cookies)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(_own.World.Server.Http, path));
        if (cookies.Length > 0)
            request.Headers.Add("Cookie", cookies);
        if (verb is "POST" or "PUT")
            request.Content = new FormUrlEncodedContent([KeyValuePair.Create("a", "b")]);
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Set-Cookie"))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        var token = FormPage.TokenIn(body);
        return $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n"
            + (token.Length > 0 ? body.Replace(token, "", StringComparison.Ordinal) : body);
    }
}
