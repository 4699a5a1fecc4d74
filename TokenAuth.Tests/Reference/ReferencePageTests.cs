using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Dreamwidth;
using TokenAuth.Ipernity;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.MediaPost;
using TokenAuth.PeopleAggregator;
using TokenAuth.Reference;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Reference;

/// <summary><c>/docs</c>: the pages for developers, as the server shows them.</summary>
public sealed class ReferencePageTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public static TheoryData<string> Names => [.. ReferenceFeature.Pages.Select(page => page.Name)];

    public async ValueTask InitializeAsync() => _world = await TestWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task The_list_has_a_page_for_each_dialect()
    {
        using var browser = new FormBrowser(_world.Server.Http);
        var list = await browser.GetAsync("/docs");

        Assert.All(
            Program.Dialects,
            dialect => Assert.Contains($"href=\"/docs/{dialect.Name}\"", list.Html, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/docs/operations")).Status);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_shows_its_tables_and_examples_and_every_link_leads_somewhere(string name)
    {
        using var browser = new FormBrowser(_world.Server.Http);
        var page = await OpenAsync(browser, name);

        Assert.NotEmpty(page.QuerySelectorAll("article table td"));
        Assert.Single(page.QuerySelectorAll("article h1"));
        foreach (var link in page.QuerySelectorAll("article a").Select(link => link.GetAttribute("href")!))
        {
            if (link.StartsWith("https://", StringComparison.Ordinal))
                continue;
            var (path, anchor) = link.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at
                ? (link[..at], link[(at + 1)..])
                : (link, null);
            var target = path.Length == 0 ? page : await OpenAsync(browser, path["/docs/".Length..]);
            Assert.True(anchor is null || target.GetElementById(anchor) is not null, link);
        }
    }

    /// <summary>The list and the page of the dialect lead to each method, whose page has everything.</summary>
    [Fact]
    public async Task Every_served_method_has_a_page_that_the_list_leads_to()
    {
        using var browser = new FormBrowser(_world.Server.Http);
        var list = await OpenAsync(browser, "");
        var served = _world.Server.Services.GetRequiredService<ServedDialects>().Documented;
        foreach (var dialect in served)
        {
            var links = (await OpenAsync(browser, dialect.Name)).QuerySelectorAll("article .names a")
                .Select(link => link.GetAttribute("href")!).ToList();
            Assert.Equal(
                MethodsOf(dialect.Name).Select(method => $"/docs/{dialect.Name}/{method}"), links, StringComparer.Ordinal);
            Assert.All(links, link => Assert.NotNull(list.QuerySelector($"a[href='{link}']")));
            foreach (var link in links)
            {
                var page = await OpenAsync(browser, link["/docs/".Length..]);
                Assert.Equal(dialect.Reference.Formats.Count * 2, page.QuerySelectorAll("pre").Length);
                Assert.NotNull(page.QuerySelector($"a[href='{link}/try']"));
                Assert.NotEmpty(page.QuerySelectorAll("table:last-of-type td code"));
            }
        }

        Assert.Equal(Program.Dialects.Count, served.Count);
    }

    /// <summary>The methods in the dialects' own tables, which the endpoints look up.</summary>
    private static IEnumerable<string> MethodsOf(string dialect) => dialect switch
    {
        "mediapost" => MediaPostMethod.All.Select(method => method.Name),
        "ipernity" => IpernityMethod.All.Select(method => method.Name),
        "dreamwidth" => DreamwidthMethods.All,
        "peopleaggregator" => PeopleAggregatorMethod.All.Select(method => method.Name),
        _ => ["login.do", "changeRole.do"],
    };

    private static async Task<IDocument> OpenAsync(FormBrowser browser, string name)
    {
        var page = await browser.GetAsync($"/docs/{name}".TrimEnd('/'));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return await BrowsingContext.New().OpenAsync(response => response.Content(page.Html));
    }
}
