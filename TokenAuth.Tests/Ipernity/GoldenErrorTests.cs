namespace TokenAuth.Tests.Ipernity;

/// <summary>Every error of the dialect. Cases that break the server start their own.</summary>
public sealed class GoldenErrorTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private const string UnknownKey = "00000000000000000000000000000000";
    private const string UnknownToken = "1-00000000000000000000000000000000";

    private static readonly Case[] Cases =
    [
        new("001 no frob", world => new IpernityCall(world.World.Gallery, "auth.getToken")),
        new("001 other person", async world => (await WithTokenAsync(world, "user.get")).With(("user_id", "999"))),
        new(
            "001 no such method",
            _ => new IpernityCall(null, "api.methods.get", ("method", "auth.fly")) { Unsigned = true }),
        new("002", world => new IpernityCall(world.World.Gallery, "auth.getToken", ("frob", UnknownToken))),
        new("100", _ => new IpernityCall(null, "test.hello")),
        new("101 unknown", world => new IpernityCall(world.World.Gallery with { ApiKey = UnknownKey }, "auth.getFrob")),
        new("101 disabled", world => new IpernityCall(world.World.Retired, "auth.getFrob")),
        new("102", world => new IpernityCall(world.World.Gallery, "auth.getFrob")) { Format = "yaml" },
        new("103 unknown", world => new IpernityCall(world.World.Gallery, "auth.fly")),
        new("103 missing", world => new IpernityCall(world.World.Gallery, null))
        {
            Entrances = [Entrance.Soap, Entrance.XmlRpc],
            IsNobodys = true,
        },
        new("104", world => new IpernityCall(world.World.Gallery, "auth.getFrob") { Unsigned = true }),
        new("105", world => new IpernityCall(world.World.Gallery, "auth.getFrob") { Signature = UnknownKey }),
        new("106", world => new IpernityCall(world.World.Gallery, "auth.checkToken")),
        new("107", world => new IpernityCall(world.World.Gallery, "auth.checkToken", ("auth_token", UnknownToken))),
        new("108", async world => new(
            world.World.Gallery, "auth.checkToken",
            ("auth_token", await world.SuspendedTokenAsync(world.World.Gallery)))),
        new("110", async world => new(
            world.World.Uploader, "account.getQuota",
            ("auth_token", await world.Client.TokenAsync(world.World.Uploader, world.World.Alice, "doc=read")))),
        new("111", world => new IpernityCall(world.World.Fenced, "auth.getFrob")),
        new("112", world => new IpernityCall(world.World.Frugal, "auth.getFrob")) { Prepare = UseUpQuotaAsync },
        new("113", world => new IpernityCall(world.World.Gallery, "auth.getFrob"))
        {
            Settings = ["--TokenAuth:Ipernity:CallsPerAddressAndMinute=1"],
            Prepare = async world => Assert.Null((await world.Client.AskAsync(world.World.Gallery, "test.hello")).Code),
        },
        new("120", world => new IpernityCall(world.World.Gallery, "auth.getFrob"))
        {
            Entrances = [Entrance.Soap, Entrance.XmlRpc],
            IsNobodys = true,
            Send = world => call => new HttpRequestMessage(HttpMethod.Get, world.Client.QueryOf(call)),
        },
        new("121", world => new IpernityCall(world.World.Gallery, "auth.getFrob"))
        {
            Entrances = [Entrance.Soap],
            Send = BrokenBody,
        },
        new("122", world => new IpernityCall(world.World.Gallery, "auth.getFrob"))
        {
            Entrances = [Entrance.XmlRpc],
            Send = BrokenBody,
        },
        new("130", world => OAuthAsync(world, ("oauth_version", "2.0"))),
        new("131 several", world => OAuthAsync(world, ("oauth_signature_method", null), ("oauth_nonce", ""))),
        new(
            "131 all but one",
            world => new IpernityCall(null, "auth.checkToken", ("oauth_consumer_key", world.World.Gallery.ApiKey))
            {
                Unsigned = true,
                Secure = true,
            }),
        new("132", world => OAuthAsync(world, ("oauth_timestamp", "1"))),
        new("133", UsedNonceAsync),
        new("134", world => OAuthAsync(world, ("oauth_timestamp", "noon"))),
        new("135", world => OAuthAsync(world, ("oauth_signature_method", "RSA-SHA1"))),
        new("500", world => new IpernityCall(world.World.Gallery, "auth.getFrob"))
        {
            Prepare = world => world.ChangeStoreAsync("UPDATE applications SET protected_secret = 'lost'"),
        },
        new("501", world => new IpernityCall(world.World.Gallery, "auth.getFrob"))
        {
            Settings = ["--TokenAuth:Maintenance=true"],
        },
        new("503", world => new IpernityCall(world.World.Gallery, "auth.getFrob"))
        {
            Prepare = world => world.ChangeStoreAsync("ALTER TABLE handshakes RENAME TO lost"),
        },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_error_matches_the_approved_file_in_every_form(string name)
    {
        var one = Cases.Single(one => one.Name == name);
        if (one is { Prepare: null, Settings: [] })
        {
            await CompareAsync(shared, one);
            return;
        }

        await using var own = await IpernityWorld.StartAsync(one.Settings);
        await (one.Prepare?.Invoke(own) ?? Task.CompletedTask);
        await CompareAsync(own, one);
    }

    private static async Task CompareAsync(IpernityWorld world, Case one) => GoldenAnswerTests.Files.Matches(
        one.Name + ".txt",
        await GoldenCapture.TakeAsync(
            world, () => one.Call(world), one.Send?.Invoke(world), one.Entrances, one.Format, one.IsNobodys));

    private static async Task<IpernityCall> WithTokenAsync(IpernityWorld world, string method) => new(
        world.World.Gallery, method,
        ("auth_token", await world.Client.TokenAsync(world.World.Gallery, world.World.Alice)));

    private static async Task UseUpQuotaAsync(IpernityWorld world)
    {
        for (var call = 0; call < 3; call++)
            Assert.Null((await world.Client.AskAsync(world.World.Frugal, "auth.getFrob")).Code);
    }

    private static Func<IpernityCall, HttpRequestMessage> BrokenBody(IpernityWorld world) => call =>
        new HttpRequestMessage(HttpMethod.Post, world.Client.Address(call))
        {
            Content = new StringContent("<Envelope><methodCall>"),
        };

    /// <summary>
    /// The call is refused before its signature is verified, so it has none. Envelopes carry OAuth over https only.
    /// </summary>
    private static Task<IpernityCall> OAuthAsync(IpernityWorld world, params (string Name, string? Value)[] changed) =>
        Task.FromResult(
            Unsigned(world, new OAuthCall(world.World.Gallery, new OAuthToken(UnknownToken, ""), "", changed)));

    private static IpernityCall Unsigned(IpernityWorld world, OAuthCall call) => new(
        null, "auth.checkToken",
        [.. world.OAuth.Parameters(call).Append(new("oauth_signature", "x")).Select(pair => (pair.Key, pair.Value))])
    { Unsigned = true, Secure = true };

    private static async Task<IpernityCall> UsedNonceAsync(IpernityWorld world)
    {
        var token = await world.OAuth.AccessTokenAsync(world.World, world.World.Gallery, world.World.Alice);
        var call = new OAuthCall(world.World.Gallery, token, "/api/auth.checkToken", ("oauth_nonce", "once"));
        Assert.Null((await world.OAuth.AskAsync(call)).Code);
        return Unsigned(world, call);
    }

    private sealed record Case(string Outcome, Func<IpernityWorld, Task<IpernityCall>> Call)
    {
        public Case(string outcome, Func<IpernityWorld, IpernityCall> call)
            : this(outcome, world => Task.FromResult(call(world)))
        {
        }

        public string Name => $"error {Outcome}";

        public string[] Settings { get; init; } = [];

        public Func<IpernityWorld, Task>? Prepare { get; init; }

        public Func<IpernityWorld, Func<IpernityCall, HttpRequestMessage>>? Send { get; init; }

        public Entrance[]? Entrances { get; init; }

        /// <summary>
        /// Whether the call names no dialect, so that another dialect answers it at the shared address.
        /// </summary>
        public bool IsNobodys { get; init; }

        /// <summary>Requested instead of each known format.</summary>
        public string? Format { get; init; }
    }
}
