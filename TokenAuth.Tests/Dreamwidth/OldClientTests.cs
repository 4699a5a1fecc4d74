using System.Text;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>
/// Requests of programs that back up journals, byte for byte except name and secret, and the answer that each program
/// needs.
/// </summary>
public sealed class OldClientTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    private const string Nothing = "<value><array><data></data></array></value>";

    /// <summary>The program reads both counts and stops if one is missing.</summary>
    [Fact]
    public async Task Ljdumpgo_gets_the_counts_of_pictures_and_of_their_addresses()
    {
        var session = await shared.Client.SessionAsync(("username", "alice"), ("password", shared.Key));

        var answer = await FlatAsync(
            "auth_method=cookie&getpickws=1&getpickwurls=1&mode=login&user=alice&ver=1", "ljsession=" + session);

        Assert.Equal(("OK", "0", "0"), (answer["success"], answer["pickw_count"], answer["pickwurl_count"]));
        Assert.EndsWith("/icon.svg", answer["defaultpicurl"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_request_the_addresses_alone()
    {
        var answer = await FlatAsync($"mode=login&user=alice&password={shared.Key}&getpickwurls=1", cookie: null);
        Assert.Equal((null, "0"), (answer["pickw_count"], answer["pickwurl_count"]));

        var xml = await shared.Client.AskAsync("login", [.. DreamwidthWorld.Alice, ("getpickwurls", "1")]);
        Assert.Contains("<name>pickwurls</name>" + Nothing, xml.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("pickws", xml.Body, StringComparison.Ordinal);
    }

    /// <summary>Menus are numbered, and the program begins with the first.</summary>
    [Fact]
    public async Task LogJam_gets_the_count_of_the_topmost_menu()
    {
        var answer = await FlatAsync(
            $"mode=login&user=alice&hpassword={DreamwidthWorld.Md5(shared.Key)}&ver=1"
            + "&clientversion=GTK2-LogJam%2F4.6.2&getmoods=0&getmenus=1&getpickws=1", cookie: null);

        Assert.Equal(("OK", "0"), (answer["success"], answer["menu_0_count"]));
        Assert.Equal(("0", "0"), (answer["mood_count"], answer["pickw_count"]));
        Assert.Null(answer["menu_count"]);
    }

    [Theory]
    [InlineData(
        "mode=checkfriends&ver=1&lastupdate=", "interval=36000 lastupdate=0000-00-00 00:00:00 new=0 success=OK")]
    [InlineData(
        "mode=checkfriends&ver=1&mask=1&lastupdate=2026-03-01+12:00:00",
        "interval=36000 lastupdate=2026-03-01 12:00:00 new=0 success=OK")]
    [InlineData("mode=getfriends&ver=1&includefriendof=1", "friend_count=0 friendof_count=0 success=OK")]
    [InlineData(
        "mode=getfriends&includefriendof=1&includegroups=1",
        "frgrp_maxnum=0 friend_count=0 friendof_count=0 success=OK")]
    [InlineData("mode=friendof", "friendof_count=0 success=OK")]
    [InlineData("mode=getfriendgroups", "frgrp_maxnum=0 success=OK")]
    [InlineData("mode=getdaycounts", "success=OK")]
    public async Task LogJam_and_LiveJournal_pm_find_an_empty_journal(string request, string lines)
    {
        var answer = await FlatAsync($"{request}&user=alice&password={shared.Key}", cookie: null);

        Assert.Equal(lines, string.Join(' ', answer.Pairs.Select(pair => $"{pair.Name}={pair.Value}")));
    }

    /// <summary>The program sends the digest beside an empty password.</summary>
    [Fact]
    public async Task Go_livejournal_signs_in_with_an_empty_password_and_a_digest()
    {
        var answer = await shared.Client.AskAsync(shared.Client.Xml(
            "<methodCall><methodName>LJ.XMLRPC.getdaycounts</methodName><params><param><value><struct>"
            + "<member><name>username</name><value><string>alice</string></value></member>"
            + "<member><name>password</name><value><string></string></value></member>"
            + $"<member><name>hpassword</name><value><string>{DreamwidthWorld.Md5(shared.Key)}"
            + "</string></value></member>"
            + "<member><name>ver</name><value><int>1</int></value></member></struct></value>"
            + "</param></params></methodCall>"));

        Assert.Null(answer.Code);
        Assert.Contains("<name>daycounts</name>" + Nothing, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_date_is_returned_without_the_text_that_follows_it()
    {
        var answer = await FlatAsync(
            $"mode=checkfriends&user=alice&password={shared.Key}&lastupdate=2026-03-01+12:00:00%0Asuccess%0AFAIL",
            cookie: null);

        Assert.Equal(("2026-03-01 12:00:00", "OK"), (answer["lastupdate"], answer["success"]));
    }

    /// <summary>Methods that would write are refused, so that no client believes that it has posted an entry.</summary>
    [Theory]
    [InlineData("postevent")]
    [InlineData("editevent")]
    [InlineData("editfriends")]
    [InlineData("editfriendgroups")]
    [InlineData("consolecommand")]
    [InlineData("sendmessage")]
    public async Task A_method_that_writes_to_a_journal_is_unknown(string method)
    {
        Assert.Equal("201", (await shared.Client.AskAsync(method, DreamwidthWorld.Alice)).Code);
        var flat = await shared.Client.AskFlatAsync(method, ("user", "alice"), ("password", TestWorld.Password));
        Assert.Equal($"Client error: Unknown mode ({method})", flat.Message);
    }

    [Theory]
    [InlineData("getdaycounts")]
    [InlineData("getinbox")]
    [InlineData("checkfriends")]
    public async Task An_empty_journal_is_shown_to_its_owner_only(string method)
    {
        await using var own = await DreamwidthWorld.StartAsync();

        Assert.Equal("101", (await own.Client.AskAsync(method, ("username", "alice"), ("password", "guess"))).Code);
        Assert.Equal("100", (await own.Client.AskAsync(method, ("username", "nobody"), ("password", "guess"))).Code);
    }

    private Task<DreamwidthAnswer> FlatAsync(string body, string? cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shared.World.Server.Http, "/interface/flat"))
        {
            Content = new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded"),
        };
        return shared.Client.AskAsync(
            request.With("Cookie", cookie).With("X-LJ-Auth", cookie is null ? null : "cookie"));
    }
}
