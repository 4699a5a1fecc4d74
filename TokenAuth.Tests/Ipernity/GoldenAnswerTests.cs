using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Ipernity;

/// <summary>Every answer of the dialect that is not an error.</summary>
public sealed class GoldenAnswerTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    internal static readonly Golden Files = new("Ipernity");

    private const string SomePermissions = "doc=write,network=read";

    private static readonly Dictionary<string, Func<IpernityWorld, Task<IpernityCall>>> Cases =
        new(StringComparer.Ordinal)
        {
            ["auth.getFrob"] = world => Task.FromResult(new IpernityCall(world.World.Gallery, "auth.getFrob")),
            ["auth.getToken"] = async world =>
                new(
                    world.World.Gallery,
                    "auth.getToken",
                    ("frob",
                        await world.Client.ConfirmedFrobAsync(world.World.Gallery, world.World.Alice,
                            SomePermissions))),
            ["auth.getToken with preferences"] = async world => new(
                world.World.Uploader, "auth.getToken",
                ("frob", await world.Client.ConfirmedFrobAsync(world.World.Uploader, world.World.Bob)),
                ("extra", "pref")),
            ["auth.checkToken"] = world => WithTokenAsync(world, "auth.checkToken"),
            ["auth.checkToken with preferences"] = async world => (await WithTokenAsync(world, "auth.checkToken")).With(
                ("extra", "pref")),
            ["test.echo"] = world => Task.FromResult(new IpernityCall(
                world.World.Gallery, "test.echo", ("echo", "<Hallo> \"Echo\" & ünïcödé ☃ 😀!"))
            {
                Unsigned = true,
            }),
            ["test.echo of nothing"] = world => Task.FromResult(new IpernityCall(world.World.Gallery, "test.echo")),
            ["test.hello"] = world => Task.FromResult(new IpernityCall(world.World.Gallery, "test.hello")),
            ["api.methods.getList"] = _ => Task.FromResult(
                new IpernityCall(null, "api.methods.getList") { Unsigned = true }),
            ["api.methods.get"] = _ => Task.FromResult(
                new IpernityCall(null, "api.methods.get", ("method", "auth.checkToken")) { Unsigned = true }),
            ["user.get"] = world => WithTokenAsync(world, "user.get"),
            ["account.getQuota"] = world => WithTokenAsync(world, "account.getQuota"),
        };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_matches_the_approved_file_in_every_form(string name) =>
        Files.Matches(name + ".txt", await GoldenCapture.TakeAsync(shared, () => Cases[name](shared)));

    [Fact]
    public void Every_golden_file_has_a_test() =>
        Files.HasOnly(
            [.. Cases.Keys.Select(name => name + ".txt"), .. GoldenErrorTests.Names.Select(row => row.Data + ".txt")]);

    private static async Task<IpernityCall> WithTokenAsync(IpernityWorld world, string method) => new(
        world.World.Gallery, method,
        ("auth_token", await world.Client.TokenAsync(world.World.Gallery, world.World.Alice, SomePermissions)));
}
