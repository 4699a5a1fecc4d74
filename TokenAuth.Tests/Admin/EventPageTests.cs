using System.Net;
using TokenAuth.Admin;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Admin;

/// <summary>The event log with its filters, and its file.</summary>
public sealed class EventPageTests : IAsyncLifetime
{
    private AdminWorld _own = null!;

    public async ValueTask InitializeAsync() => _own = await AdminWorld.StartAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task The_log_is_filtered_and_paged_and_the_links_keep_the_filter()
    {
        var log = _own.Get<SecurityLog>();
        for (var i = 0; i < EventsModel.PageSize + 5; i++)
        {
            log.Add(new SecurityEvent(
                EventKind.SignInFailed, _own.World.Alice.Id, Dialect: "ipernity", From: IPAddress.Parse("192.0.2.1"),
                Detail: $"number {i}"));
        }

        var page = await _own.Browser.GetAsync("/admin/events?kind=sign_in_failed&account=ALICE&address=192.0.2.1");
        var next = page.Attribute("a[rel=next]", "href")!;
        var last = await _own.Browser.GetAsync(next);

        Assert.Contains("number 54", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("number 4<", page.Html, StringComparison.Ordinal);
        Assert.Contains("number 4<", last.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("number 5<", last.Html, StringComparison.Ordinal);
        Assert.Equal(5, last.Count(".events li"));
        Assert.Null(last.Attribute("a[rel=next]", "href"));
    }

    [Theory]
    [InlineData("account=nobody", "There is no account nobody.")]
    [InlineData("account=%3Cb%3E", "There is no account <b>.")]
    [InlineData("address=here", "here is not an IP address such as 192.0.2.1 or 2001:db8::1.")]
    [InlineData("from=yesterday", "yesterday is not a date such as 2026-11-27T10:00.")]
    public async Task A_wrong_filter_is_explained_and_lists_nothing(string query, string problem)
    {
        var page = await _own.Browser.GetAsync($"/admin/events?{query}");

        Assert.Equal(problem, page.Alert);
        Assert.Null(page.Text(".events li"));
        Assert.Equal(HttpStatusCode.NotFound, (await _own.Browser.GetAsync($"/admin/events.csv?{query}")).Status);
    }

    [Fact]
    public async Task The_file_has_the_filtered_events_and_runs_no_formula()
    {
        await _own.Get<AccountKeys>().AddAsync(
            _own.World.Alice.Id, "=HYPERLINK(\"http://evil\", \"x\")", from: null, default);

        var file = await _own.Browser.GetAsync("/admin/events.csv?kind=key_made");

        Assert.Equal(
            "time,kind,login,uid,application,dialect,address,detail,count,administrator\r\n"
            + "2026-03-01T12:00:00Z,key_made,Alice,1,,,,\"'=HYPERLINK(\"\"http://evil\"\", \"\"x\"\")\",1,\r\n",
            file.Html);
        Assert.Equal("no-store", file.Header("Cache-Control"));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\r=x", "\"'\r=x\"")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_cell_is_quoted_and_never_a_formula(string? text, string cell) =>
        Assert.Equal($"{cell},x\r\n", CsvRow.Of(text, "x"));
}
