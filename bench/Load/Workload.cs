namespace TokenAuth.Bench;

/// <summary>One kind of call under load.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Expected">What each good answer holds.</param>
/// <param name="Prepare">Makes the requests for one run; those that can be sent once only must be more than any run can send.</param>
/// <param name="Least">In a store with fewer sessions it cannot be measured.</param>
/// <param name="Rows">Where each answer must have left a row, and the column that says when, if it writes.</param>
internal sealed record Workload(string Name, string Expected, Func<Installation, Task<IEnumerable<byte[]>>> Prepare, (string Table, string Written)? Rows = null, long Least = 0)
{
    /// <summary>More than any run sends.</summary>
    private const int Plenty = 100_000;

    /// <summary>So many sessions are in use at a time, of however many.</summary>
    private const int Used = 10_000;

    public static readonly Workload IpernityCheckToken = new(
        "ipernity auth.checkToken", "\"status\":\"ok\"", Checks(Used, Cast.IsIpernity, Requests.IpernityCheckToken));

    public static readonly IReadOnlyList<Workload> All =
    [
        IpernityCheckToken,
        new("the same, each another session", IpernityCheckToken.Expected, OthersAsync, Least: Plenty * 2),
        new("PeopleAggregator checkToken", "\"success\":true", Checks(Used, number => !Cast.IsIpernity(number), Requests.PeopleAggregatorCheckToken)),
        new("introspection", "\"active\":true", Checks(Used, _ => true, Requests.Introspect)),
        new("MediaPost createToken", "\r\n\r\n\"", installation => Task.FromResult<IEnumerable<byte[]>>([Requests.CreateToken(installation.Cast)]), ("handshakes", "opened_at")),
        new("MediaPost getSession", "session_key", ExchangesAsync, ("sessions", "created_at")),
        new("Dreamwidth sessiongenerate", "ljsession", SignInsAsync, ("sessions", "created_at")),
        new("Wetpaint login", "<ticket>", LoginsAsync, ("sessions", "created_at")),
    ];

    /// <summary>The same ones in each run.</summary>
    private static Func<Installation, Task<IEnumerable<byte[]>>> Checks(int sessions, Func<long, bool> isOf, Func<Cast, long, byte[]> request) => installation =>
        Task.FromResult(Sessions(installation, 0, sessions).Where(isOf).Select(number => request(installation.Cast, number)));

    /// <summary>None that was asked for in a run before.</summary>
    private static Task<IEnumerable<byte[]>> OthersAsync(Installation installation) => Task.FromResult(
        Sessions(installation, installation.TakeNumbers(Plenty * 2), Plenty * 2).Where(Cast.IsIpernity).Select(number => Requests.IpernityCheckToken(installation.Cast, number)));

    /// <summary>From everywhere in the store, in no order.</summary>
    private static IEnumerable<long> Sessions(Installation installation, long from, int count)
    {
        // A step that has no factor in common with the number of sessions visits each of them before it comes back.
        const long step = 7_368_787;
        return Enumerable.Range(0, count).Select(i => (from + i) % installation.Sessions * step % installation.Sessions);
    }

    /// <summary>Of nine hundred people, each with an API key.</summary>
    private static async Task<IEnumerable<byte[]>> SignInsAsync(Installation installation)
    {
        const int people = 900;
        await installation.Filler.AddKeysAsync(installation.Cast, people);
        return Enumerable.Range(1, people).Select(number => installation.Cast.Member(number)).Select(member => Requests.SessionGenerate(member.Login, member.Key));
    }

    private static async Task<IEnumerable<byte[]>> ExchangesAsync(Installation installation)
    {
        var from = installation.TakeNumbers(Plenty);
        await installation.Filler.AddHandshakesAsync(installation.Cast, from, Plenty);
        return Enumerable.Range(0, Plenty).Select(i => Requests.GetSession(installation.Cast, from + i));
    }

    private static Task<IEnumerable<byte[]>> LoginsAsync(Installation installation)
    {
        var (from, now) = (installation.TakeNumbers(Plenty), TimeProvider.System.GetUtcNow());
        return Task.FromResult(Enumerable.Range(0, Plenty).Select(i => Requests.WetpaintLogin(installation.Cast, $"user{(from + i) % 50_000}x{(from + i) / 50_000}", now)));
    }
}
