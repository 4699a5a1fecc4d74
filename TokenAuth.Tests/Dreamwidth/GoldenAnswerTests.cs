using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>
/// Every answer of the dialect that is not an error. Each comes from a fresh server, since numbers count earlier
/// sessions.
/// </summary>
public sealed class GoldenAnswerTests
{
    internal static readonly Golden Files = new("Dreamwidth");

    private static readonly Dictionary<
        string, Func<DreamwidthWorld, Task<(string Method, (string, string)[] Members)>>> Cases =
        new(StringComparer.Ordinal)
        {
            ["getchallenge"] = _ => Of("getchallenge"),
            ["sessiongenerate"] = _ => Of("sessiongenerate", DreamwidthWorld.Alice),
            ["sessiongenerate by challenge"] = async own =>
                ("sessiongenerate", await own.AnsweredAsync("alice", own.Key)),
            ["sessionexpire"] = _ => Of("sessionexpire", [.. DreamwidthWorld.Alice, ("expireall", "1")]),
            ["sessionexpire locked"] = async own =>
            {
                await own.SetStateAsync(own.World.Alice, AccountState.Locked);
                return ("sessionexpire", DreamwidthWorld.Alice);
            },
            ["login"] = _ => Of("login", [.. DreamwidthWorld.Alice, ("ver", "1"), ("clientversion", "Test/1.0")]),
            ["login with extras"] = _ => Of(
                "login",
                [
                    .. DreamwidthWorld.Alice, ("getmoods", "0"), ("getpickws", "1"), ("getpickwurls", "1"),
                ("getmenus", "1"), ("getcaps", "1"),
                ]),
            ["syncitems"] = _ => Of("syncitems", [.. DreamwidthWorld.Bob, ("lastsync", "2026-03-01 12:00:00")]),
            ["getevents"] = _ => Of("getevents", [.. DreamwidthWorld.Bob, ("selecttype", "one"), ("itemid", "-1")]),
            ["getusertags"] = _ => Of("getusertags", DreamwidthWorld.Bob),
            ["getdaycounts"] = _ => Of("getdaycounts", DreamwidthWorld.Bob),
            ["getfriends"] = _ => Of(
                "getfriends", [.. DreamwidthWorld.Bob, ("includefriendof", "1"), ("includegroups", "1")]),
            ["getfriends alone"] = _ => Of("getfriends", [.. DreamwidthWorld.Bob, ("includefriendof", "0")]),
            ["friendof"] = _ => Of("friendof", DreamwidthWorld.Bob),
            ["getfriendgroups"] = _ => Of("getfriendgroups", DreamwidthWorld.Bob),
            ["gettrustgroups"] = _ => Of("gettrustgroups", DreamwidthWorld.Bob),
            ["getcircle"] = _ => Of(
                "getcircle",
                [
                    .. DreamwidthWorld.Bob, ("includetrustgroups", "1"), ("includecontentfilters", "1"),
                ("includewatchedusers", "1"), ("includewatchedby", "1"), ("includetrustedusers", "1"),
                ("includetrustedby", "1"),
                ]),
            ["getreadpage"] = _ => Of("getreadpage", DreamwidthWorld.Bob),
            ["getfriendspage"] = _ => Of("getfriendspage", DreamwidthWorld.Bob),
            ["checkforupdates"] = _ => Of("checkforupdates", [.. DreamwidthWorld.Bob, ("lastupdate", "")]),
            ["checkfriends"] = _ => Of("checkfriends", [.. DreamwidthWorld.Bob, ("lastupdate", "2026-03-01 12:00:00")]),
            ["getinbox"] = _ => Of("getinbox", DreamwidthWorld.Bob),
            ["getuserpics"] = _ => Of("getuserpics", DreamwidthWorld.Bob),
            ["getrecentcomments"] = _ => Of("getrecentcomments", DreamwidthWorld.Bob),
        };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_matches_the_approved_file_at_both_endpoints(string name)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        async Task<HttpRequestMessage> RequestAsync(bool flat)
        {
            var (method, members) = await Cases[name](own);
            return flat ? own.Client.Flat(method, FlatNames(members)) : own.Client.Call(method, members);
        }

        Files.Matches(
            name + ".txt",
            await GoldenCapture.TakeAsync(own.Client, () => RequestAsync(flat: false), () => RequestAsync(flat: true)));
    }

    [Fact]
    public async Task The_pages_behind_the_cookie_match_the_approved_file()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var cookie = "ljsession=" + await own.Client.SessionAsync(DreamwidthWorld.Alice);
        var paths = new[]
        {
            "/export_comments?get=comment_meta&startid=0", "/export_comments.bml?get=comment_body&startid=0",
            "/export_comments", "/export_comments?authas=bob_2", "/auth/verify",
        };

        Files.Matches("pages.txt", await GoldenCapture.TakeAsync(
            own.Client,
            [
                .. paths.Select(path => (Func<Task<HttpRequestMessage>>)(() => Task.FromResult(
                    own.Client.Get(path).With("Cookie", cookie)))),
                () => Task.FromResult(own.Client.Get("/auth/verify")),
            ]));
    }

    [Fact]
    public void Every_golden_file_has_a_test() =>
        Files.HasOnly(
            [
                .. Cases.Keys.Select(name => name + ".txt"), "pages.txt",
                .. GoldenErrorTests.Names.Select(row => row.Data + ".txt"),
            ]);

    internal static (string, string)[] FlatNames((string Name, string Value)[] members) =>
        [.. members.Select(member => (member.Name == "username" ? "user" : member.Name, member.Value))];

    private static Task<(string, (string, string)[])> Of(string method, params (string, string)[] members) =>
        Task.FromResult((method, members));
}
