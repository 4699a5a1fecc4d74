namespace TokenAuth.Bench;

/// <summary>One kind of call under load.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Expected">What each good answer holds.</param>
/// <param name="Prepare">Makes the requests for one run; those that can be sent once only must be more than any run can send.</param>
/// <param name="Rows">Where each answer must have left a row, and the column that says when, if it writes.</param>
internal sealed record Workload(string Name, string Expected, Func<Installation, Task<IEnumerable<byte[]>>> Prepare, (string Table, string Written)? Rows = null)
{
    /// <summary>More than any run sends.</summary>
    private const int Plenty = 100_000;

    public static readonly Workload IpernityCheckToken = new(
        "ipernity auth.checkToken", "\"status\":\"ok\"", Checks(Cast.IsIpernity, Requests.IpernityCheckToken));

    public static readonly IReadOnlyList<Workload> All =
    [
        IpernityCheckToken,
        new("PeopleAggregator checkToken", "\"success\":true", Checks(number => !Cast.IsIpernity(number), Requests.PeopleAggregatorCheckToken)),
        new("introspection", "\"active\":true", Checks(_ => true, Requests.Introspect)),
        new("MediaPost createToken", "\r\n\r\n\"", installation => Task.FromResult<IEnumerable<byte[]>>([Requests.CreateToken(installation.Cast)]), ("handshakes", "opened_at")),
        new("MediaPost getSession", "session_key", ExchangesAsync, ("sessions", "created_at")),
        new("Dreamwidth sessiongenerate", "ljsession", SignInsAsync, ("sessions", "created_at")),
        new("Wetpaint login", "<ticket>", LoginsAsync, ("sessions", "created_at")),
    ];

    /// <summary>Sessions of the whole store, in no order.</summary>
    private static Func<Installation, Task<IEnumerable<byte[]>>> Checks(Func<long, bool> isOf, Func<Cast, long, byte[]> request) => installation =>
    {
        // A step that has no factor in common with the number of sessions visits each of them before it comes back.
        const long step = 7_368_787;
        return Task.FromResult(Enumerable.Range(0, Plenty * 2).Select(i => i * step % installation.Sessions).Where(isOf).Select(number => request(installation.Cast, number)));
    };

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
