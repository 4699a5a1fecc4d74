using System.Net;
using CsCheck;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>
/// Names and values are joined without separators before they are signed, so one signature fits several calls and
/// links. The server accepts at most one of those with the same signature base string.
/// </summary>
public sealed class ForgedReadingTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    private TestWorld World => shared.World;

    /// <summary>
    /// Pairs are name=value, separated by bars. An empty method makes a link. KEY, TOKEN, FROB and HEX (32 digits)
    /// stand for real ones.
    /// </summary>
    [Theory]
    [InlineData("", "api_key=KEY|frob=FROB|perm_doc=read", "", "api_key=KEY|frob=FROB|perm_d=ocread")]
    [InlineData("", "api_key=KEY|frob=FROB|perm_doc=read", "", "api_key=KEY|frob=FROBperm_docread")]
    [InlineData(
        "",
        "api_key=KEY|frob=FROB|perm_blog=read|perm_doc=write",
        "",
        "api_key=KEY|frob=FROB|perm_blog=readperm_docwrite")]
    [InlineData("", "api_key=KEY|frob=FROB|lg=x|perm_post=read", "", "api_key=KEY|frob=FROB|lg=xper|m_post=read")]
    [InlineData(
        "",
        "api_key=KEY|frob=FROB|perm_doc=none|perm_post=read",
        "",
        "api_key=KEY|frob=FROB|perm_doc=noneperm_postread")]
    [InlineData("", "api_key=KEY|frob=FROB", "", "api_key=KEYfrobFROB")]
    [InlineData("", "api_key=KEY|frob=FROB|lg=en", "", "api_key=KEY|frob=FROBlgen")]
    [InlineData("", "api_key=KEY|frob=FROB|lg=en|perm_doc=read", "", "api_key=KEY|frob=FROB|lg=enperm_docread")]
    [InlineData("auth.checkToken", "api_key=KEY|auth_token=TOKEN", "", "api_key=KEY|auth_token=TOKENauth.checkToken")]
    [InlineData(
        "auth.checkToken",
        "api_key=KEY|auth_token=TOKEN|lg=en",
        "",
        "api_key=KEY|auth_token=TOKEN|lg=enauth.checkToken")]
    [InlineData(
        "auth.getToken",
        "api_key=KEY|frob=FROB|perm_doc=delete|tz=1",
        "",
        "api_key=KEY|frob=FROB|perm_doc=delete|tz=1auth.getToken")]
    [InlineData("auth.getToken", "api_key=KEY|frob=FROB", "auth.getToken", "api_key=KEYfrobFROB")]
    [InlineData("auth.getToken", "api_key=KEY|frob=FROB", "auth.getToken", "api_key=KEY|frobF=ROB")]
    [InlineData("auth.getToken", "api_key=KEY|extra=pref|frob=FROB", "auth.getToken", "api_key=KEY|extra=preffrobFROB")]
    [InlineData("auth.getToken", "api_key=KEY|frob=FROB|g=1", "auth.getToken", "api_key=KEY|frob=FROBg1")]
    [InlineData("auth.getToken", "api_key=KEY|frob=FROB|ab=1", "auth.getToken", "ab=1api_keyKEY|frob=FROB")]
    [InlineData("auth.checkToken", "api_key=KEY|auth_token=TOKEN", "auth.checkToken", "api_key=KEYauth_tokenTOKEN")]
    [InlineData(
        "auth.checkToken",
        "api_key=KEY|auth_token=TOKEN|extra=pref",
        "auth.checkToken",
        "api_key=KEY|auth_token=TOKEN|ex=trapref")]
    [InlineData(
        "auth.checkToken",
        "api_key=KEY|auth_token=TOKEN|extra=pref",
        "auth.checkToken",
        "api_key=KEY|auth_token=TOKENextrapref")]
    [InlineData(
        "auth.checkToken", "api_key=KEY|auth_token=TOKEN|f0=1", "auth.checkToken", "api_key=KEY|auth_token=TOKENf01")]
    [InlineData(
        "user.get", "api_key=KEY|auth_token=TOKEN|user_id=12", "user.get", "api_key=KEY|auth_token=TOKEN|user_=id12")]
    [InlineData(
        "user.get",
        "api_key=KEY|auth_token=TOKEN|tz=1|user_id=12",
        "user.get",
        "api_key=KEY|auth_token=TOKEN|tz=1user_id12")]
    public async Task A_signed_text_that_is_split_differently_is_refused(
        string method, string honest, string forgedMethod, string forged)
    {
        var signed = await PairsAsync(honest);
        var cutAnew = Forged(forged, signed);
        var text = IpernityCall.Joined(signed, method);
        // A row whose sorting reorders the pieces has nothing to forge and would test nothing.
        Assert.Equal(text, IpernityCall.Joined(cutAnew, forgedMethod));
        var signature = new KeyValuePair<string, string>(
            "api_sig", IpernityCall.Sign(signed, method, World.Gallery.Secret));

        await AssertAsync(forgedMethod, [.. cutAnew, signature], good: false);
        await AssertAsync(method, [.. signed, signature], good: true);
    }

    /// <summary>An application that signs such a call is refused immediately, so no application relies on it.</summary>
    [Theory]
    [InlineData("note", "the frob is good")]
    [InlineData("note", "api_key")]
    [InlineData("note", "perm_docdelete")]
    [InlineData("myfrob", "1")]
    [InlineData("frobs", "1")]
    [InlineData("auth_tokens", "1")]
    [InlineData("x\n", "1")]
    [InlineData("x", "1\t2")]
    [InlineData("x", "extra")]
    public async Task An_ambiguous_call_is_refused_even_when_the_application_signed_it(string name, string value)
    {
        var token = await shared.Client.TokenAsync(World.Gallery, World.Alice);

        Assert.Equal(105, (await shared.Client.AskAsync(
            World.Gallery, "auth.checkToken", ("auth_token", token), (name, value))).Code);
    }

    [Fact]
    public async Task A_known_name_formed_across_a_boundary_is_refused()
    {
        var token = await shared.Client.TokenAsync(World.Gallery, World.Alice);

        Assert.Equal(105, (await shared.Client.AskAsync(
            World.Gallery, "auth.checkToken", ("auth_token", token), ("b1", "xuser_i"), ("d", "5"))).Code);
        Assert.Null((await shared.Client.AskAsync(
            World.Gallery, "auth.checkToken", ("auth_token", token), ("b1", "xuser_"), ("d", "5"))).Code);
    }

    [Theory]
    [InlineData("lg", "en")]
    [InlineData("api_secret", "")]
    [InlineData("api_secret", "SECRET")]
    [InlineData("tz", "Europe/Paris")]
    [InlineData("note", "naïve ☃ +&=")]
    [InlineData("blank", "")]
    public async Task The_extra_parameters_of_old_clients_are_accepted(string name, string value)
    {
        (string, string) more = (name, value.Replace("SECRET", World.Gallery.Secret, StringComparison.Ordinal));
        var frob = await shared.Client.ConfirmedFrobAsync(World.Gallery, World.Alice);
        var token = (await shared.Client.AskAsync(World.Gallery, "auth.getToken", ("frob", frob), more)).Text(
            "auth", "token");

        Assert.Null((await shared.Client.AskAsync(
            World.Gallery, "auth.checkToken", ("auth_token", token), ("frob", frob), more)).Code);
        Assert.Null((await shared.Client.AskAsync(World.Gallery, "auth.getFrob", ("auth_token", token), more)).Code);
        using var browser = await FormBrowser.SignedInAsync(World.Server, World.Alice);
        var link = IpernityClient.Link(
            World.Gallery,
            ("auth_token", token),
            ("frob", await shared.Client.FrobAsync(World.Gallery)),
            ("perm_doc", "read"),
            more);
        Assert.True((await browser.GetAsync(link)).Asks);
    }

    [Fact]
    public Task Parameters_have_the_same_signature_in_any_order() => Gen.Select(
        Gens.Joined(4, "a", "Z", "_", "é", "9", "-", "~"),
        Gens.Joined(5, "a", " ", "☃", "+", "&", "=", "%41", "Z", "%")).Array[0, 7]
        .Select(parameters => new IpernityCall(
            World.Gallery,
            "auth.getFrob",
            [.. parameters.Select((parameter, i) => ($"{parameter.Item1}{i}", parameter.Item2))]).Pairs)
        .SelectMany(pairs => Gen.Shuffle(pairs.ToArray()))
        .HoldsAsync(80, async pairs =>
        {
            var answer = await shared.Client.AskAsync(
                new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api/auth.getFrob"))
                {
                    Content = new FormUrlEncodedContent(pairs),
                });

            Assert.True(answer.Code is null, IpernityClient.Urlencoded(pairs));
        });

    private async Task AssertAsync(string method, KeyValuePair<string, string>[] pairs, bool good)
    {
        if (method.Length == 0)
        {
            using var browser = await FormBrowser.SignedInAsync(World.Server, World.Bob);
            var page = await browser.GetAsync("/apps/authorize?" + IpernityClient.Urlencoded(pairs));
            Assert.Equal(good ? HttpStatusCode.OK : HttpStatusCode.BadRequest, page.Status);
            return;
        }

        var answer = await shared.Client.AskAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api/" + method))
            {
                Content = new FormUrlEncodedContent(pairs),
            });
        // The honest call must pass the signature check, whatever other error it gets.
        if (good)
            Assert.NotEqual(105, answer.Code);
        else
            Assert.Contains(answer.Code, new int?[] { 2, 100, 101, 105, 107 });
    }

    private async Task<KeyValuePair<string, string>[]> PairsAsync(string columns)
    {
        var frob = await shared.Client.FrobAsync(World.Gallery);
        var token = columns.Contains("TOKEN", StringComparison.Ordinal)
            ? await shared.Client.TokenAsync(World.Gallery, World.Alice)
            : "";
        return Cut(columns.Replace("KEY", World.Gallery.ApiKey, StringComparison.Ordinal).Replace(
            "FROB", frob, StringComparison.Ordinal).Replace("TOKEN", token, StringComparison.Ordinal));
    }

    /// <summary>The forged pairs name the same values as the honest ones.</summary>
    private KeyValuePair<string, string>[] Forged(string columns, KeyValuePair<string, string>[] honest)
    {
        string Of(string name) => honest.FirstOrDefault(pair => pair.Key == name).Value ?? "";
        var digit = World.Gallery.Id.ToString()[..1];
        return Cut(columns.Replace("KEY", World.Gallery.ApiKey, StringComparison.Ordinal)
            .Replace(
                "frobF=ROB", $"frob{digit}={Of("frob")[Math.Min(1, Of("frob").Length)..]}", StringComparison.Ordinal)
            .Replace("FROB", Of("frob"), StringComparison.Ordinal)
            .Replace("TOKEN", Of("auth_token"), StringComparison.Ordinal));
    }

    private static KeyValuePair<string, string>[] Cut(string columns) =>
        [
            .. columns.Split('|').Select(column => column.Split('=', 2)).Select(
                pair => KeyValuePair.Create(pair[0], pair.Length > 1 ? pair[1] : "")),
        ];
}
