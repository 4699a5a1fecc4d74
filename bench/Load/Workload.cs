namespace TokenAuth.Bench;

/// <summary>One kind of call under load.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Expected">A text in each good answer.</param>
/// <param name="Prepare">
/// Makes the requests of one run; of those that can be sent only once, more than a run can send.
/// </param>
/// <param name="Least">The minimum number of sessions in the store.</param>
/// <param name="Rows">
/// If the call writes: the table in which each answer leaves a row, and the column with its time.
/// </param>
internal sealed record Workload(
    string Name, string Expected, Func<Installation, Task<IEnumerable<byte[]>>> Prepare,
    (string Table, string Written)? Rows = null, long Least = 0)
{
    /// <summary>More than any run sends.</summary>
    private const int Plenty = 200_000;

    /// <summary>The number of sessions in use at a time, whatever the store's size.</summary>
    private const int Used = 10_000;

    public static readonly Workload IpernityCheckToken = new(
        "ipernity auth.checkToken", "\"status\":\"ok\"",
        Checks(Used, BenchFixture.IsIpernity, Requests.IpernityCheckToken));

    public static readonly IReadOnlyList<Workload> All =
    [
        IpernityCheckToken,
        new("the same, each another session", IpernityCheckToken.Expected, OthersAsync, Least: Plenty * 2),
        new(
            "PeopleAggregator checkToken", "\"success\":true",
            Checks(Used, number => !BenchFixture.IsIpernity(number), Requests.PeopleAggregatorCheckToken)),
        new("introspection", "\"active\":true", Checks(Used, _ => true, Requests.Introspect)),
        new(
            "MediaPost createToken", "\r\n\r\n\"",
            installation => Task.FromResult<IEnumerable<byte[]>>([Requests.CreateToken(installation.Fixture)]),
            ("handshakes", "opened_at")),
        new("MediaPost getSession", "session_key", ExchangesAsync, ("sessions", "created_at")),
        new("Dreamwidth sessiongenerate", "ljsession", SignInsAsync, ("sessions", "created_at")),
        new("Wetpaint login, user new", "<ticket>", NewUsersAsync, ("sessions", "created_at")),
        new("Wetpaint login, user known", "<ticket>", KnownUsersAsync, ("sessions", "created_at")),
    ];

    /// <summary>Checks the same sessions in each run.</summary>
    private static Func<Installation, Task<IEnumerable<byte[]>>> Checks(
        int sessions, Func<long, bool> isOf, Func<BenchFixture, long, byte[]> request) =>
        installation => Task.FromResult(
            Sessions(installation, 0, sessions).Where(isOf).Select(number => request(installation.Fixture, number)));

    /// <summary>Checks sessions that no earlier run has checked.</summary>
    private static Task<IEnumerable<byte[]>> OthersAsync(Installation installation) => Task.FromResult(
        Sessions(installation, installation.TakeNumbers(Plenty * 2), Plenty * 2)
            .Where(BenchFixture.IsIpernity)
            .Select(number => Requests.IpernityCheckToken(installation.Fixture, number)));

    /// <summary>Selects sessions from all over the store, in no order.</summary>
    private static IEnumerable<long> Sessions(Installation installation, long from, int count)
    {
        // A step without a common factor with the number of sessions visits each session before it repeats one.
        const long step = 7_368_787;
        return Enumerable.Range(0, count).Select(
            i => (from + i) % installation.Sessions * step % installation.Sessions);
    }

    /// <summary>Signs in nine hundred people, each with an API key.</summary>
    private static async Task<IEnumerable<byte[]>> SignInsAsync(Installation installation)
    {
        const int people = 900;
        await installation.Filler.AddKeysAsync(installation.Fixture, people);
        return Enumerable.Range(1, people).Select(number => installation.Fixture.Member(number)).Select(
            member => Requests.SessionGenerate(member.Login, member.Key));
    }

    private static async Task<IEnumerable<byte[]>> ExchangesAsync(Installation installation)
    {
        var from = installation.TakeNumbers(Plenty);
        await installation.Filler.AddHandshakesAsync(installation.Fixture, from, Plenty);
        return Enumerable.Range(0, Plenty).Select(i => Requests.GetSession(installation.Fixture, BenchFixture.HandshakeOf(from + i)));
    }

    private static Task<IEnumerable<byte[]>> NewUsersAsync(Installation installation)
    {
        var from = installation.TakeNumbers(Plenty);
        return LoginsAsync(installation, Enumerable.Range(0, Plenty).Select(i => $"user{from + i}"));
    }

    /// <summary>
    /// Signs the same users in over and over. The warm-up is long enough for the first login of each on this node, which
    /// takes several round trips.
    /// </summary>
    private static async Task<IEnumerable<byte[]>> KnownUsersAsync(Installation installation)
    {
        var users = Enumerable.Range(0, 900).Select(i => $"known{i}").ToList();
        await installation.Filler.AddUsersAsync(installation.Fixture, users);
        return await LoginsAsync(installation, users);
    }

    private static Task<IEnumerable<byte[]>> LoginsAsync(Installation installation, IEnumerable<string> users)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Task.FromResult(users.Select(user => Requests.WetpaintLogin(installation.Fixture, user, now)));
    }
}
