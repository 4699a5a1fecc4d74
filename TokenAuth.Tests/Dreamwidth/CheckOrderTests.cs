using System.Text;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>A call that breaks several rules gets the error of the first one, in the order of the contract.</summary>
public sealed class CheckOrderTests(DreamwidthWorld shared) : IClassFixture<DreamwidthWorld>
{
    private const string Nothing = "<param><value><struct/></value></param>";

    private const string Somebody =
        "<param><value><struct><member><name>username</name><value>nobody</value></member></struct></value></param>";

    [Theory]
    [InlineData("fly", Nothing + Nothing, "202")]
    [InlineData("sessiongenerate", Somebody + Somebody, "202")]
    [InlineData("getchallenge", Nothing + Nothing, "202")]
    [InlineData("fly", Nothing, "201")]
    [InlineData("fly", "", "201")]
    [InlineData("fly", Somebody, "201")]
    [InlineData("SessionGenerate", Somebody, "201")]
    [InlineData("sessiongenerate", "", "200")]
    [InlineData("sessiongenerate", Nothing, "200")]
    [InlineData("sessiongenerate", "<param><value/></param>", "200")]
    [InlineData("sessiongenerate", "<param><value><nil/></value></param>", "200")]
    [InlineData("sessiongenerate", Somebody, "100")]
    [InlineData("getevents", Somebody, "100")]
    [InlineData("getchallenge", "", null)]
    [InlineData("getchallenge", "<param><value>what</value></param>", null)]
    [InlineData("getchallenge", "<param><value><array><data/></array></value></param>", null)]
    public async Task Errors_of_the_envelope_come_first(string method, string parameters, string? code)
    {
        var answer = await shared.Client.AskAsync(shared.Client.Xml(
            $"<methodCall><methodName>LJ.XMLRPC.{method}</methodName><params>{parameters}</params></methodCall>"));

        Assert.Equal(code, answer.Code);
    }

    [Theory]
    [InlineData("<string></string>", "200")]
    [InlineData("<string>0</string>", "200")]
    [InlineData("<int>0</int>", "200")]
    [InlineData("<nil/>", "200")]
    [InlineData("<string>00</string>", "100")]
    [InlineData("<string> </string>", "100")]
    [InlineData("<string>a b</string>", "100")]
    [InlineData("<string>alice!</string>", "100")]
    [InlineData("<string>abcdefghijklmnopqrstuvwxyz</string>", "100")]
    [InlineData("<base64>w6RsaWNl</base64>", "100")]
    [InlineData("<string>bob\u20112</string>", "100")]
    [InlineData("<string>nobody</string>", "100")]
    [InlineData("<string>alice</string>", "101")]
    [InlineData("<string>ALICE</string>", "101")]
    [InlineData("<string> \n aLiCe\t</string>", "101")]
    [InlineData("<base64>QWxpY2U=</base64>", "101")]
    [InlineData("<string>bob-2</string>", "101")]
    [InlineData("<string>BOB-2</string>", "101")]
    [InlineData("alice", "101")]
    public async Task A_missing_or_unknown_name_is_reported_before_a_wrong_password(string username, string code)
    {
        // Each wrong password counts for five minutes.
        shared.World.Clock.Advance(TimeSpan.FromMinutes(5));

        var answer = await shared.Client.AskAsync(shared.Client.Xml(
            DreamwidthClient.Envelope("sessiongenerate", ("username", username), ("password", "guess"))));

        Assert.Equal(code, answer.Code);
    }

    /// <summary>
    /// The Kelvin sign is a K in lower case, and the long s an s in upper case. Both are different letters in a name.
    /// </summary>
    [Theory]
    [InlineData("\u212Aim")]
    [InlineData("ki\u017F")]
    [InlineData("\u00A0kim")]
    public async Task A_foreign_letter_does_not_match_a_letter_of_the_name(string username)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        await own.AddPersonAsync("kim");
        await own.AddPersonAsync("kis");

        Assert.Equal("100", (await own.Client.AskAsync(
            "sessiongenerate", ("username", username), ("password", TestWorld.Password))).Code);
        Assert.Equal("Client error: No username sent.", (await own.Client.AskFlatAsync(
            "sessiongenerate", ("user", username), ("password", TestWorld.Password))).Code);
    }

    [Fact]
    public async Task A_name_of_digits_may_come_as_a_number()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        await own.AddPersonAsync("007");
        var longest = (await own.AddPersonAsync("abcdefghijklmnopqrstuvwxy")).Login;
        var body = DreamwidthClient.Envelope(
            "sessiongenerate", ("username", "<int>007</int>"), ("password", TestWorld.Password));

        Assert.StartsWith(
            "ws:007:1:", (await own.Client.AskAsync(own.Client.Xml(body)))["ljsession"], StringComparison.Ordinal);
        Assert.StartsWith(
            $"ws:{longest}:1:",
            await own.Client.SessionAsync(("username", longest), ("password", TestWorld.Password)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_may_come_as_base64_or_as_a_number()
    {
        await using var own = await DreamwidthWorld.StartAsync();
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(TestWorld.Password));
        Task<DreamwidthAnswer> AskAsync(string value) =>
            own.Client.AskAsync(own.Client.Xml(
                DreamwidthClient.Envelope("sessiongenerate", ("username", "alice"), ("password", value))));

        Assert.Null((await AskAsync($"<base64>{encoded}</base64>")).Code);
        Assert.Null((await AskAsync($"<int>{own.Key}</int>")).Code);
        Assert.Equal("101", (await AskAsync("<base64>%%</base64>")).Code);
    }

    [Theory]
    [InlineData("Memorial", "309", "309")]
    [InlineData("Deleted", "100", "100")]
    [InlineData("Locked", "101", "308")]
    [InlineData("Suspended", "101", "305")]
    public async Task Some_account_states_are_reported_before_the_password_is_verified_and_others_after(
        string state, string withWrong, string withRight)
    {
        await using var own = await DreamwidthWorld.StartAsync();
        await own.SetStateAsync(own.World.Alice, Enum.Parse<AccountState>(state));

        foreach (var method in new[] { "sessiongenerate", "login", "getusertags" })
        {
            Assert.Equal(
                withWrong, (await own.Client.AskAsync(method, ("username", "alice"), ("password", "guess"))).Code);
            Assert.Equal(withRight, (await own.Client.AskAsync(method, DreamwidthWorld.Alice)).Code);
        }
    }

    [Fact]
    public async Task A_methods_own_parameters_are_checked_only_after_sign_in()
    {
        await using var own = await DreamwidthWorld.StartAsync();

        Assert.Equal("101", (await own.Client.AskAsync(
            "syncitems", ("username", "alice"), ("password", "guess"), ("lastsync", "yesterday"))).Code);
        Assert.Equal(
            "203",
            (await own.Client.AskAsync("syncitems", [.. DreamwidthWorld.Alice, ("lastsync", "yesterday")])).Code);
        Assert.Equal(
            "101", (await own.Client.AskAsync("getevents", ("username", "alice"), ("password", "guess"))).Code);
        Assert.Equal("200", (await own.Client.AskAsync("getevents", DreamwidthWorld.Alice)).Code);
    }
}
