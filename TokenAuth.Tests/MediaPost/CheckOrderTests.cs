using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// The order of the checks, which clients of the time could observe. Each call here breaks two neighbouring rules and
/// gets the error of the earlier one. Tests with several addresses name them as a trusted proxy does.
/// </summary>
public sealed class CheckOrderTests(CheckOrderTests.Setting setting) : IClassFixture<CheckOrderTests.Setting>
{
    private const string NoKey = "00000000000000000000000000000000";

    private static readonly App Nobody = new(0, NoKey, NoKey, "nobody");

    private static readonly Dictionary<string, (Func<Setting, MediaPostCall> Call, int Seed, int Native)> Pairs =
        new(StringComparer.Ordinal)
        {
            ["switched off, then address"] = (it => new(it.FencedAndOff, "auth.createToken"), 101, 100),
            ["address, then quota"] = (it => new(it.FencedAndFrugal, "auth.createToken"), 5, 100),
            ["quota, then ss without session"] = (it => new(it.Own.World.Frugal, "users.getInfo", ("ss", "1")), 4, 105),
            ["quota, then signature"] =
                (it => new(it.Own.World.Frugal, "auth.createToken") { Signature = NoKey }, 4, 105),
            ["ss without session, then no method"] =
                (it => new(it.Own.World.Gallery, Method: null, ("ss", "1")), 102, 94),
            ["no method, then session needed"] = (it => new(it.Own.World.Gallery, Method: null), 3, 2),
            ["no method, then session is not good"] =
            (it => new(it.Own.World.Gallery, Method: null, ("session_key", NoKey)), 3, 2),
            ["session needed, then signature"] =
            (it => new(it.Own.World.Gallery, "users.isAppAdded") { Signature = NoKey }, 102, 94),
            ["session needed, then unknown method"] = (it => new(it.Own.World.Gallery, "friends.get"), 102, 94),
            ["session is not good, then signature"] = (
            it => new(it.Own.World.Gallery, "auth.createToken", ("session_key", NoKey)) { Signature = NoKey },
            102,
            94),
            ["session is not good, then unknown method"] =
            (it => new(it.Own.World.Gallery, "friends.get", ("session_key", NoKey)), 102, 94),
            ["unknown key, then signature"] = (_ => new(Nobody, "auth.createToken") { Signature = NoKey }, 101, 100),
            ["signature, then unknown method"] =
            (it => new(it.Own.World.Gallery, "auth.fly") { Signature = NoKey }, 104, 95),
            ["signature, then token"] =
            (it => new(it.Own.World.Gallery, "auth.getSession", ("auth_token", "x")) { Signature = NoKey }, 104, 95),
            ["signature, then several readings"] =
            (it => new(it.Own.World.Gallery, "auth.createToken", ("x", "method=y")) { Signature = NoKey }, 104, 95),
            ["unknown method, then several readings"] =
            (it => new(it.Own.World.Gallery, "auth.fly", ("x", "method=y")), 3, 112),
            ["unknown method, then token"] = (it => new(it.Own.World.Gallery, "auth.fly", ("auth_token", "x")), 3, 112),
        };

    public static TheoryData<string, Style> Cases
    {
        get
        {
            var cases = new TheoryData<string, Style>();
            foreach (var name in Pairs.Keys)
            {
                cases.Add(name, Style.Seed);
                cases.Add(name, Style.Native);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_call_that_breaks_two_rules_gets_the_error_of_the_earlier_one(string pair, Style style)
    {
        var (call, seed, native) = Pairs[pair];

        var answer = await setting.Own.Client.AskAsync(call(setting) with { Style = style });

        Assert.Equal(style == Style.Seed ? seed : native, answer.Code);
    }

    /// <summary>
    /// Two applications have used up their quotas. One of them is also restricted to a foreign network.
    /// </summary>
    public sealed class Setting : IAsyncLifetime
    {
        internal MediaPostWorld Own { get; private set; } = null!;

        internal App FencedAndFrugal { get; private set; } = null!;

        internal App FencedAndOff { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Own = await MediaPostWorld.StartAsync("--TokenAuth:Proxies=127.0.0.1");
            FencedAndOff = await Own.RegisterAsync(ApplicationKind.Web, networks: ["192.0.2.0/24"]);
            await Own.OperateAsync(operate => operate.SetEnabledAsync(FencedAndOff.ApiKey, enabled: false, default));
            FencedAndFrugal = await Own.RegisterAsync(
                ApplicationKind.Web, networks: ["192.0.2.0/24"], quota: (3, TimeSpan.FromMinutes(1)));
            foreach (var application in new[] { Own.World.Frugal, FencedAndFrugal })
            {
                foreach (var expected in new int?[] { null, null, null, 4 })
                    Assert.Equal(
                        expected, await AskFromWithinAsync(new MediaPostCall(application, "auth.createToken")));
            }
        }

        public ValueTask DisposeAsync() => Own.DisposeAsync();

        private async Task<int?> AskFromWithinAsync(MediaPostCall call)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Own.Client.Address(call))
            {
                Content = new FormUrlEncodedContent(call.Pairs),
            };
            request.Headers.Add("X-Forwarded-For", "192.0.2.7");
            return (await Own.Client.AskAsync(request)).Code;
        }
    }
}
