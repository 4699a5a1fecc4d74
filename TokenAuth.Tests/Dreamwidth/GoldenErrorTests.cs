using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>Every error of the dialect, at each endpoint that can return it.</summary>
public sealed class GoldenErrorTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    private static readonly (string, string)[] Wrong = [("username", "alice"), ("password", "guess")];

    private static readonly Case[] Cases =
    [
        new("100") { Members = [("username", "nobody"), ("password", "x")] },
        new("101") { Members = Wrong },
        new("101 needs a key")
        {
            Members = [("username", "bob_2"), ("hpassword", DreamwidthWorld.Md5(TestWorld.Password))],
        },
        new("101 needs a key for challenges")
        {
            Members = DreamwidthWorld.Answered("bob_2", "c0:", "x"),
            HasOwnFailures = true,
        },
        new("105")
        {
            Prepare = async own =>
            {
                var members = await own.AnsweredAsync("alice", own.Key);
                own.World.Clock.Advance(TimeSpan.FromSeconds(60));
                return members;
            },
        },
        new("200") { Members = [("password", "x")], HasFlat = false },
        new("200 selecttype") { Method = "getevents", Members = DreamwidthWorld.Alice },
        new("201") { Method = "fly", Members = DreamwidthWorld.Alice },
        new("202") { Body = "<methodCall><methodName>LJ.XMLRPC.getchallenge</methodName><params>"
            + "<param><value/></param><param><value/></param></params></methodCall>" },
        new("101 no match")
        {
            Members = [("username", "bob_2"), ("password", ""), ("hpassword", DreamwidthWorld.Md5(TestWorld.Password))],
        },
        new("203 lastupdate")
        {
            Method = "checkfriends", Members = [.. DreamwidthWorld.Alice, ("lastupdate", "yesterday")],
        },
        new("203") { Method = "syncitems", Members = [.. DreamwidthWorld.Alice, ("lastsync", "yesterday")] },
        new("203 no struct") { Body = "<methodCall><methodName>LJ.XMLRPC.sessiongenerate</methodName>"
            + "<params><param><value>alice</value></param></params></methodCall>" },
        new("305") { Members = [("username", "sybil"), ("password", TestWorld.Password)] },
        new("308") { Prepare = InStateAsync(AccountState.Locked) },
        new("309") { Prepare = InStateAsync(AccountState.Memorial) },
        new("402")
        {
            Prepare = async own =>
            {
                for (var i = 0; i < 4; i++)
                    await own.Client.AskAsync("login", Wrong);
                return DreamwidthWorld.Alice;
            },
        },
        new("500")
        {
            Prepare = AfterAsync(
                "UPDATE account_keys SET protected_md5 = 'lost'",
                own => [("username", "alice"), ("password", new string('0', own.Key.Length))]),
        },
        new("502") { Prepare = AfterAsync("ALTER TABLE sessions RENAME TO lost", _ => DreamwidthWorld.Alice) },
        new("507") { Settings = ["--TokenAuth:Maintenance=true"], Members = DreamwidthWorld.Alice },
        new("Client access") { Body = "<methodCall><methodName>blogger.getUsersBlogs</methodName></methodCall>" },
        new("Client denied") { Body = "<methodCall><methodName>sessiongenerate</methodName></methodCall>" },
        new("Client malformed") { Body = "<methodCall>" },
        new("Client no call") { Body = "<methodResponse/>" },
        new("Client too large") { Body = new string(' ', 300 * 1024) },
        new("flat no mode") { Method = "" },
        new("flat no user") { Members = [("password", "x")], HasXml = false },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_error_matches_the_approved_file_at_every_endpoint_that_returns_it(string name)
    {
        var one = Cases.Single(one => one.Name == name);
        await using var changed = one.NeedsItsOwn ? await DreamwidthWorld.StartAsync(one.Settings) : null;
        var own = changed ?? shared;
        async Task<(string, string)[]> MembersAsync() => one.Prepare is null ? one.Members : await one.Prepare(own);
        List<Func<Task<HttpRequestMessage>>> requests = [];
        if (one.Body is { } body)
            requests.Add(() => Task.FromResult(own.Client.Xml(body)));
        if (one.Body is null && one is { HasXml: true, Method: not "" })
            requests.Add(async () => own.Client.Call(one.Method, await MembersAsync()));
        if (one.Body is null && one.HasFlat)
            requests.Add(async () => own.Client.Flat(one.Method, GoldenAnswerTests.FlatNames(await MembersAsync())));

        GoldenAnswerTests.Files.Matches(name + ".txt", await GoldenCapture.TakeAsync(own.Client, [.. requests]));
    }

    private static Func<DreamwidthWorld, Task<(string, string)[]>> InStateAsync(AccountState state) => async own =>
    {
        await own.SetStateAsync(own.World.Alice, state);
        return DreamwidthWorld.Alice;
    };

    private static Func<DreamwidthWorld, Task<(string, string)[]>> AfterAsync(
        string sql, Func<DreamwidthWorld, (string, string)[]> members)
    {
        var isDone = false;
        return async own =>
        {
            if (!isDone)
                await own.ChangeStoreAsync(sql);
            isDone = true;
            return members(own);
        };
    }

    private sealed record Case(string Name)
    {
        public string Method { get; init; } = "sessiongenerate";

        public (string, string)[] Members { get; init; } = [];

        /// <summary>Replaces <see cref="Members"/> where an action must precede each call.</summary>
        public Func<DreamwidthWorld, Task<(string, string)[]>>? Prepare { get; init; }

        /// <summary>Replaces a call with members, at the XML-RPC endpoint only.</summary>
        public string? Body { get; init; }

        public bool HasXml { get; init; } = true;

        public bool HasFlat { get; init; } = true;

        public string[] Settings { get; init; } = [];

        /// <summary>The other cases leave nothing behind except failures, too few to matter.</summary>
        public bool NeedsItsOwn => Prepare is not null || Settings.Length > 0 || HasOwnFailures;

        /// <summary>Whether failures of other cases would throttle this one.</summary>
        public bool HasOwnFailures { get; init; }
    }
}
