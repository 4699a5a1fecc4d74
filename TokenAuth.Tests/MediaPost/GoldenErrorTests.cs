using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// Every error of the dialect, in the words of both spellings. Cases that break the server start their own.
/// </summary>
public sealed class GoldenErrorTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private const string UnknownKey = "00000000000000000000000000000000";
    private const string UnknownToken = "00000000000000000000000000000000000000";

    private static readonly Case[] Cases =
    [
        new(Style.Seed, "001 failure", CreateToken) { Break = LoseKeyRing },
        new(Style.Seed, "002 maintenance", CreateToken) { Settings = ["--TokenAuth:Maintenance=true"] },
        new(Style.Seed, "002 store out of reach", CreateToken) { Break = LoseHandshakes },
        new(Style.Seed, "003 no method", world => CreateToken(world) with { Method = null }),
        new(Style.Seed, "003 unknown method", world => new(world.Gallery, "auth.fly")),
        new(Style.Seed, "004 quota", world => new(world.Frugal, "auth.createToken")) { Break = UseUpQuota },
        new(Style.Seed, "005 address", world => new(world.Fenced, "auth.createToken")),
        new(Style.Seed, "100 token", world => new(world.Gallery, "auth.getSession", ("auth_token", UnknownToken))),
        new(Style.Seed, "100 https", world => new(world.Uploader, "auth.getSession", ("auth_token", UnknownToken))),
        new(Style.Seed, "101 unknown key", world => new(
            world.Gallery with { ApiKey = UnknownKey }, "auth.createToken")),
        new(Style.Seed, "101 empty key", world => new(world.Gallery with { ApiKey = "" }, "auth.createToken")),
        new(Style.Seed, "102 session", world => new(
            world.Gallery, "users.getLoggedInUser", ("session_key", UnknownKey))),
        new(Style.Seed, "104 signature", world => CreateToken(world) with { Signature = UnknownKey }),
        new(Style.Native, "001 failure", CreateToken) { Break = LoseKeyRing },
        new(Style.Native, "002 no method", world => CreateToken(world) with { Method = null }),
        new(Style.Native, "094 expires", world => CreateToken(world).With(("expires", "soon"))),
        new(Style.Native, "094 session", world => new(
            world.Gallery, "users.getLoggedInUser", ("session_key", UnknownKey))),
        new(Style.Native, "095 signature", world => CreateToken(world) with { Signature = UnknownKey }),
        new(Style.Native, "097 format", CreateToken) { Format = "yaml" },
        new(Style.Native, "099 community", world => new(world.Gallery, "auth.createToken")),
        new(
            Style.Native,
            "100 unknown key",
            world => CreateToken(world) with { Application = world.Gallery with { ApiKey = UnknownKey } }),
        new(Style.Native, "100 address", world => new(world.Fenced, "auth.createToken")),
        new(
            Style.Native,
            "101 empty key",
            world => CreateToken(world) with { Application = world.Gallery with { ApiKey = "" } }),
        new(Style.Native, "105 maintenance", CreateToken) { Settings = ["--TokenAuth:Maintenance=true"] },
        new(Style.Native, "105 store out of reach", CreateToken) { Break = LoseHandshakes },
        new(Style.Native, "105 quota", world => new(world.Frugal, "auth.createToken")) { Break = UseUpQuota },
        new(Style.Native, "112 unknown method", world => new(world.Gallery, "auth.fly")),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_error_matches_the_approved_file_in_every_format_and_at_every_endpoint(string name)
    {
        var one = Cases.Single(one => one.Name == name);
        if (one is { Break: null, Settings: [] })
        {
            await CompareAsync(shared, one);
            return;
        }

        await using var own = await MediaPostWorld.StartAsync(one.Settings);
        await (one.Break?.Invoke(own) ?? Task.CompletedTask);
        await CompareAsync(own, one);
    }

    private static async Task CompareAsync(MediaPostWorld world, Case one) => GoldenAnswerTests.Files.Matches(
        one.Name + ".txt",
        await GoldenCapture.TakeAsync(world, [one.Style], () => Task.FromResult(one.Call(world.World)), one.Format));

    private static MediaPostCall CreateToken(TestWorld world) =>
        new(world.Gallery, "auth.createToken", ("community", "mashable"));

    /// <summary>Encrypted values can no longer be read.</summary>
    private static Task LoseKeyRing(MediaPostWorld world) =>
        world.ChangeStoreAsync("UPDATE applications SET protected_secret = 'lost'");

    private static Task LoseHandshakes(MediaPostWorld world) =>
        world.ChangeStoreAsync("ALTER TABLE handshakes RENAME TO lost");

    private static async Task UseUpQuota(MediaPostWorld world)
    {
        for (var call = 0; call < 3; call++)
            Assert.Null((await world.Client.AskAsync(world.World.Frugal, "auth.createToken")).Code);
    }

    private sealed record Case(Style Style, string Outcome, Func<TestWorld, MediaPostCall> Call)
    {
        public string Name => $"error {Style.ToString().ToLowerInvariant()} {Outcome}";

        public string[] Settings { get; init; } = [];

        public Func<MediaPostWorld, Task>? Break { get; init; }

        /// <summary>Requested instead of each known format.</summary>
        public string? Format { get; init; }
    }
}
