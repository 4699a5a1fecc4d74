using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>
/// The order of the checks. Each call here breaks two neighbouring rules and gets the error of the earlier one. One
/// address has used up its limit; calls name their address as a trusted proxy does.
/// </summary>
public sealed class CheckOrderTests(CheckOrderTests.Setting setting) : IClassFixture<CheckOrderTests.Setting>
{
    private const string Wrong = "00000000000000000000000000000000";
    private const string UnknownToken = "1-00000000000000000000000000000000";
    private const string BusyAddress = "198.51.100.7";

    private static readonly Dictionary<string, (int Expected, Func<Setting, Breach> Call)> Pairs =
        new(StringComparer.Ordinal)
        {
            ["102 format, 103 method"] = (102, at => new(new(at.Gallery, "auth.fly") { Format = "yaml" })),
            ["102 format, 120 verb"] = (
            102,
            at => new(new(at.Gallery, "auth.getFrob") { Format = "yaml", Entrance = Entrance.Soap }) { Get = true }),
            ["120 verb, 121 envelope"] =
            (120, at => new(new(at.Gallery, null) { Entrance = Entrance.Soap }) { Get = true }),
            ["103 method, 100 no key"] = (103, _ => new(new(null, "auth.fly"))),
            ["103 method, 101 unknown key"] = (103, at => new(new(at.Gallery with { ApiKey = Wrong }, "auth.fly"))),
            ["103 no method, 100 no key"] =
            (103, _ => new(new(null, null) { Entrance = Entrance.XmlRpc, Format = "json" })),
            ["101 disabled, 111 address"] = (101, at => new(new(at.RetiredAndFenced, "auth.getFrob"))),
            ["101 unknown key, 105 signature"] =
            (101, at => new(new(at.Gallery with { ApiKey = Wrong }, "auth.getFrob") { Signature = Wrong })),
            ["111 address, 112 quota"] = (111, at => new(new(at.FrugalAndFenced, "auth.getFrob"))),
            ["112 quota, 113 client"] = (112, at => new(new(at.Frugal, "auth.getFrob")) { From = BusyAddress }),
            ["113 client, 104 signature"] =
            (113, at => new(new(at.Gallery, "auth.getFrob") { Unsigned = true }) { From = BusyAddress }),
            ["113 client, 130 version"] = (113, at => new(at.OAuth(("oauth_version", "2.0"))) { From = BusyAddress }),
            ["112 quota, 130 version"] =
            (112, at => new(at.OAuth(("oauth_consumer_key", at.Frugal.ApiKey), ("oauth_version", "2.0")))),
            ["130 version, 131 missing"] = (130, at => new(at.OAuth(("oauth_version", "1.1"), ("oauth_nonce", null)))),
            ["131 missing, 135 method"] =
            (131, at => new(at.OAuth(("oauth_nonce", null), ("oauth_signature_method", "RSA-SHA1")))),
            ["135 method, 132 skew"] =
            (135, at => new(at.OAuth(("oauth_signature_method", "PLAINTEXT"), ("oauth_timestamp", "1")))),
            ["132 skew, 134 timestamp"] = (132, at => new(at.OAuth(("oauth_timestamp", at.Ago(601))))),
            ["134 timestamp, 133 nonce"] =
            (134, at => new(at.OAuth(("oauth_timestamp", at.Ago(100)), ("oauth_nonce", "early")))),
            ["134 timestamp, 105 signature"] =
            (134, at => new(at.OAuth(("oauth_timestamp", at.Ago(100)), ("oauth_signature", "x")))),
            ["133 nonce, 105 signature"] =
                (133, at => new(at.OAuth(("oauth_nonce", "late"), ("oauth_signature", "x")))),
            ["133 nonce, 107 token"] =
                (133, at => new(at.OAuth(("oauth_nonce", "gone"), ("oauth_token", at.EndedToken)))),
            ["104 signature, 106 token"] = (104, at => new(new(at.Gallery, "auth.checkToken") { Unsigned = true })),
            ["104 signature, 107 token"] =
            (104, at => new(new(at.Gallery, "auth.checkToken", ("auth_token", UnknownToken)) { Unsigned = true })),
            ["105 signature, 106 token"] = (105, at => new(new(at.Gallery, "auth.checkToken") { Signature = Wrong })),
            ["105 signature, 107 token"] =
            (105, at => new(new(at.Gallery, "auth.checkToken", ("auth_token", UnknownToken)) { Signature = Wrong })),
            ["105 signature, 108 account"] = (105, at => new(
                new(at.Gallery, "auth.checkToken", ("auth_token", at.SuspendedToken)) { Signature = Wrong })),
            ["105 signature, 1 no frob"] = (105, at => new(new(at.Gallery, "auth.getToken") { Signature = Wrong })),
            ["105 several readings, 106 token"] = (105, at => new(new(at.Gallery, "auth.checkToken", ("x", "frob")))),
            ["107 other's token, 108 account"] =
            (107, at => new(new(at.Uploader, "auth.checkToken", ("auth_token", at.SuspendedToken)))),
            ["107 token, 110 permission"] =
            (107, at => new(new(at.Gallery, "account.getQuota", ("auth_token", UnknownToken)))),
            ["108 account, 110 permission"] =
            (108, at => new(new(at.Gallery, "account.getQuota", ("auth_token", at.SuspendedToken)))),
        };

    public static TheoryData<string> Names => [.. Pairs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_call_that_breaks_two_rules_gets_the_error_of_the_earlier_one(string pair)
    {
        var (expected, call) = Pairs[pair];

        Assert.Equal(expected, await setting.AskAsync(call(setting)));
    }

    internal sealed record Breach(IpernityCall Call)
    {
        public bool Get { get; init; }

        public string From { get; init; } = "203.0.113.1";
    }

    /// <summary>One server for all pairs. No pair changes its state.</summary>
    public sealed class Setting : IAsyncLifetime
    {
        private IpernityWorld _own = null!;
        private OAuthToken _token = null!;
        private int _address;

        internal App Gallery => _own.World.Gallery;

        internal App Uploader => _own.World.Uploader;

        internal App Frugal => _own.World.Frugal;

        internal App RetiredAndFenced { get; private set; } = null!;

        internal App FrugalAndFenced { get; private set; } = null!;

        internal string SuspendedToken { get; private set; } = "";

        internal string EndedToken { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            _own = await IpernityWorld.StartAsync(
                "--TokenAuth:Proxies=127.0.0.1", "--TokenAuth:Ipernity:CallsPerAddressAndMinute=20");
            RetiredAndFenced = await _own.RegisterAsync(ApplicationKind.Web, networks: ["192.0.2.0/24"]);
            await _own.OperateAsync(
                operate => operate.SetEnabledAsync(RetiredAndFenced.ApiKey, enabled: false, default));
            FrugalAndFenced = await _own.RegisterAsync(
                ApplicationKind.Web, networks: ["192.0.2.0/24"], quota: (3, TimeSpan.FromHours(1)));
            foreach (var application in new[] { Frugal, FrugalAndFenced })
            {
                foreach (var expected in new int?[] { null, null, null, 112 })
                    Assert.Equal(
                        expected, await AskAsync(new(new(application, "auth.getFrob")) { From = "192.0.2.7" }));
            }

            for (var call = 0; call < 20; call++)
                Assert.Null(await AskAsync(new(new(Gallery, "test.hello")) { From = BusyAddress }));

            SuspendedToken = await _own.SuspendedTokenAsync(Gallery);
            var ended = await _own.OAuth.AccessTokenAsync(_own.World, Gallery, _own.World.Bob);
            EndedToken = ended.Text;
            await UseAsync(ended, "gone", Ago(0));
            await _own.ChangeStoreAsync($"DELETE FROM sessions WHERE account_id = {_own.World.Bob.Id}");

            // The last of three calls advances the stream beyond its tolerance.
            _token = await _own.OAuth.AccessTokenAsync(_own.World, Gallery, _own.World.Alice);
            await UseAsync(_token, "early", Ago(100));
            await UseAsync(_token, "late", Ago(0));
        }

        public ValueTask DisposeAsync() => _own.DisposeAsync();

        internal string Ago(int seconds) => (_own.OAuth.Now - seconds).ToString();

        /// <summary>A correctly signed call, except for the parts that are changed afterwards.</summary>
        internal IpernityCall OAuth(params (string Name, string? Value)[] changed)
        {
            var pairs = _own.OAuth.Parameters(new OAuthCall(Gallery, _token, "", changed));
            var url = new Uri(_own.World.Server.Http, "/api/auth.checkToken").AbsoluteUri;
            if (!pairs.Exists(pair => pair.Key == "oauth_signature"))
                pairs.Add(new("oauth_signature", OAuthClient.Sign(
                    "HMAC-SHA1", OAuthClient.BaseString("POST", url, pairs), Gallery.Secret, _token.Secret)));
            return new(null, "auth.checkToken", [.. pairs.Select(pair => (pair.Key, pair.Value))]) { Unsigned = true };
        }

        internal async Task<int?> AskAsync(Breach breach)
        {
            using var request = breach.Get
                ? new HttpRequestMessage(HttpMethod.Get, _own.Client.QueryOf(breach.Call))
                : _own.Client.Request(breach.Call);
            // Every caller except the busy one has its own address.
            var from =
                breach.From == "203.0.113.1" ? $"203.0.113.{Interlocked.Increment(ref _address) + 1}" : breach.From;
            request.Headers.Add("X-Forwarded-For", from);
            return (await _own.Client.AskAsync(request)).Code;
        }

        private async Task UseAsync(OAuthToken token, string nonce, string timestamp) =>
            Assert.Null((await _own.OAuth.AskAsync(
                new OAuthCall(
                    Gallery,
                    token,
                    "/api/auth.checkToken",
                    ("oauth_nonce", nonce),
                    ("oauth_timestamp", timestamp)))).Code);
    }
}
