using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>Every answer of the dialect: the two successful ones, and every cause with every message.</summary>
public sealed class GoldenTests
{
    private static readonly Golden Files = new("Wetpaint");

    private static readonly Case[] Cases =
    [
        new("login", world => world.Call("youruser", ("user.role", "moderator"))),
        new("changeRole", world => world.RoleCall("user <&>", "banned"))
        {
            Prepare = async world =>
            {
                Assert.Null((await world.LoginAsync("user <&>")).Cause);
                world.Tick();
            },
        },
        new("VALIDATION all missing", world => world.Call(
            "",
            [
                .. new[] { "key", "ns", "output", "cred.ts", "cred.sig", "user.email", "user.emailOptIn" }.Select(
                    name => (name, (string?)null)),
            ])),
        new("VALIDATION role missing", world => world.RoleCall("a", role: null)),
        new("VALIDATION values", world => world.Call(
            new string('u', 101), ("output", "html"), ("user.email", "x"), ("user.emailOptIn", "x"),
            ("user.displayName", "a\nb"), ("user.profileUrl", "x"), ("user.avatarUrl", "x"), ("user.role", "x"))),
        new("VALIDATION unknown user", world => world.RoleCall("stranger", "banned")),
        new("VALIDATION too large", world => world.Call("a", ("user.displayName", new string('a', 300_000)))),
        new("VALIDATION unreadable", world => world.Call("a"))
        {
            Send = (world, call) => world.Client.Request(call.Path, new ByteArrayContent("--x\r\nbroken"u8.ToArray())
            {
                Headers = { { "Content-Type", "multipart/form-data; boundary=x" } },
            }),
        },
        new("INVALID_DEVELOPER_KEY unknown key", world => world.Call("a", ("key", "nobodys"))),
        new("INVALID_DEVELOPER_KEY signature", world => world.Call("a", ("cred.sig", new string('0', 40)))),
        new("INVALID_DEVELOPER_KEY stale", world => world.Call("a", ("cred.ts", "1208733600"))),
        new("INVALID_NAMESPACE", world => world.Call("a", ("ns", "theirs"))),
        new("UNAUTHORIZED address", world => new(world.World.Fenced, "x", world.World.Clock.GetUtcNow(), "a")),
        new("UNAUTHORIZED quota", world => world.Call("a"))
        {
            Prepare = async world =>
            {
                await world.ChangeStoreAsync(
                    $"UPDATE applications SET quota_calls = 1, quota_window = 60000 WHERE id = {world.Wiki.Id}");
                Assert.Null((await world.LoginAsync("a")).Cause);
            },
        },
        new("UNAUTHORIZED replay", world => world.Call("a", ("user.role", "moderator")))
        {
            Prepare = async world => Assert.Null((await world.LoginAsync("a")).Cause),
        },
        new("UNAUTHORIZED internal", world => world.Call("a"))
        {
            Prepare = world => world.ChangeStoreAsync("UPDATE applications SET protected_secret = 'lost'"),
        },
        new("READ_ONLY_MODE maintenance", world => world.Call("a")) { Settings = ["--TokenAuth:Maintenance=true"] },
        new("READ_ONLY_MODE unavailable", world => world.Call("a"))
        {
            Prepare = world => world.ChangeStoreAsync("ALTER TABLE application_users RENAME TO lost"),
        },
    ];

    public static TheoryData<string> Names => [.. Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_matches_the_approved_file(string name)
    {
        var one = Cases.Single(one => one.Name == name);
        await using var own = await WetpaintWorld.StartAsync(one.Settings);
        await (one.Prepare?.Invoke(own) ?? Task.CompletedTask);
        var call = one.Call(own);

        var answer = await own.Client.AskAsync(one.Send?.Invoke(own, call) ?? own.Client.Request(call));

        Files.Matches(name + ".txt", answer.Golden(body => answer.Cause is null && answer.Role is null
            ? body.Replace(answer.Ticket, "TICKET".PadRight(64, '.'), StringComparison.Ordinal)
            : body));
    }

    [Fact]
    public void Every_golden_file_has_a_test() => Files.HasOnly(Cases.Select(one => one.Name + ".txt"));

    private sealed record Case(string Name, Func<WetpaintWorld, WetpaintCall> Call)
    {
        public string[] Settings { get; init; } = [];

        public Func<WetpaintWorld, Task>? Prepare { get; init; }

        public Func<WetpaintWorld, WetpaintCall, HttpRequestMessage>? Send { get; init; }
    }
}
