using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>
/// Names and values are joined without separators before they are signed, so one signature fits several calls. The
/// server accepts at most one of the calls with the same signature base string, so a forger cannot split a signed text
/// differently.
/// </summary>
public sealed class ForgedReadingTests(MediaPostWorld shared) : IClassFixture<MediaPostWorld>
{
    private const string KEY = "KEY";
    private const string TOKEN = "TOKEN";

    private TestWorld World => shared.World;

    /// <summary>
    /// Parameters are written as name=value and separated by bars. KEY and TOKEN stand for real ones.
    /// </summary>
    [Theory]
    [InlineData(
        94,
        "apiKey=KEY|community=n|expires=60|method=auth.createToken",
        "apiKey=KEY|community=nexpires=60|method=auth.createToken")]
    [InlineData(
        94,
        "apiKey=KEY|community=n|expires=0|method=auth.createToken",
        "apiKey=KEY|community=nexpir|es=0|method=auth.createToken")]
    [InlineData(
        94,
        "apiKey=KEY|community=d|expires=60|method=auth.createToken",
        "apiKey=KEY|community=|dexpires=60|method=auth.createToken")]
    [InlineData(
        94,
        "apiKey=KEY|community=n|expires=60|f=0|method=auth.createToken",
        "apiKey=KEY|community=n|expires=60f=0|method=auth.createToken")]
    [InlineData(
        94,
        "apiKey=KEY|community=n|format=json|method=auth.createToken",
        "apiKey=KEY|community=nformat=json|method=auth.createToken")]
    [InlineData(
        97,
        "apiKey=KEY|community=n|format=json|lg=de|method=auth.createToken",
        "apiKey=KEY|community=n|format=jsonlg=de|method=auth.createToken")]
    [InlineData(
        94,
        "apiKey=KEY|callback=f|community=n|method=auth.createToken",
        "apiKey=KEY|callback=fcommunity=n|method=auth.createToken")]
    [InlineData(2, "apiKey=KEY|community=n|method=auth.createToken", "apiKey=KEY|community=nmethod=auth.createToken")]
    [InlineData(2, "apiKey=KEY|community=n|method=auth.createToken", "apiKey=KEY|community=|nmethod=auth.createToken")]
    [InlineData(
        112, "apiKey=KEY|community=n|method=auth.createToken|x=1", "apiKey=KEY|community=n|method=auth.createTokenx=1")]
    [InlineData(100, "apiKey=KEY|community=n|method=auth.createToken", "apiKey=KEYcommunity=n|method=auth.createToken")]
    [InlineData(
        100,
        "api_key=KEY|auth_token=TOKEN|call_id=1|method=auth.getSession",
        "api_key=KEY|auth_token=TOKENcall_id=1|method=auth.getSession")]
    [InlineData(
        101,
        "api_key=KEY|auth_token=TOKEN|method=auth.getSession",
        "api_key=KEYauth_token=TOKEN|method=auth.getSession")]
    [InlineData(
        3, "api_key=KEY|auth_token=TOKEN|method=auth.getSession", "api_key=KEY|auth_token=TOKENmethod=auth.getSession")]
    [InlineData(
        3,
        "api_key=KEY|auth_token=TOKEN|method=auth.getSession|v=1.0",
        "api_key=KEY|auth_token=TOKEN|method=auth.getSessionv=1.0")]
    [InlineData(
        100,
        "api_key=KEY|auth_token=TOKEN|format=JSON|method=auth.getSession",
        "api_key=KEY|auth_token=TOKENformat=JSON|method=auth.getSession")]
    [InlineData(
        102,
        "api_key=KEY|auth_token=TOKEN|method=auth.getSession|session_key=|v=1",
        "api_key=KEY|auth_token=TOKEN|method=auth.getSession|session_key=v=1")]
    [InlineData(
        100,
        "api_key=KEY|b=c|method=users.getInfo|uids=1,2|v=1.0",
        "api_key=KEY|b=c|method=users.getInfo|uids=1,2v=1.0")]
    [InlineData(100, "api_key=KEY|method=users.getInfo|t=x|uids=1,2", "api_key=KEY|method=users.getInfo|t=xuids=1,2")]
    [InlineData(
        100,
        "api_key=KEY|method=auth.revokeAuthorization|uid=1|v=1",
        "api_key=KEY|method=auth.revokeAuthorization|uid=1v=1")]
    public async Task A_signed_text_that_is_split_differently_is_refused(int code, string honest, string forged)
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);
        var (signed, cutAnew) = (Pairs(honest, token), Pairs(forged, token));
        Assert.Equal(MediaPostClient.Joined(signed), MediaPostClient.Joined(cutAnew));
        var signature = new KeyValuePair<string, string>(
            honest.StartsWith("apiKey", StringComparison.Ordinal) ? "apiSig" : "sig",
            MediaPostClient.Signature(signed, World.Gallery.Secret));

        // The forged call comes first: an accepted forgery would use up the token.
        var refused = await AskAsync([.. cutAnew, signature]);
        var accepted = await AskAsync([.. signed, signature]);

        Assert.Equal(code, refused.Code);
        Assert.True(accepted.Code is null, accepted.Body);
    }

    /// <summary>An application that signs such a call is refused immediately, so no application relies on it.</summary>
    [Theory]
    [InlineData("auth.createToken", "x", "1method=users.getInfo")]
    [InlineData("auth.createToken", "xmethod", "auth.getSession")]
    [InlineData("auth.createToken", "a", "auth_token=TOKEN")]
    [InlineData("auth.createToken", "myexpires", "0")]
    [InlineData("auth.createToken", "next", "http://gallery.example.test/?uid=5")]
    [InlineData("auth.createToken", "x\n", "1")]
    [InlineData("auth.createToken", "x", "1\t2")]
    [InlineData("auth.getSession", "x", "1session_key=")]
    [InlineData("auth.getSession", "note", "format=json")]
    [InlineData("auth.getSession", "my_auth_token", "TOKEN")]
    [InlineData("auth.getSession", "zz", "ss=1")]
    public async Task An_ambiguous_call_is_refused_even_when_the_application_signed_it(
        string method, string name, string value)
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);
        var call = new MediaPostCall(
            World.Gallery, method, ("auth_token", token), ("community", "n"),
            (name, value.Replace(TOKEN, token, StringComparison.Ordinal)));

        Assert.Equal(100, (await shared.Client.AskAsync(call)).Code);
        Assert.Equal(94, (await shared.Client.AskAsync(call with { Style = Style.Native })).Code);
        Assert.Null((await shared.Client.AskAsync(MediaPostClient.GetSession(World.Gallery, token))).Code);
    }

    [Theory]
    [InlineData("lg", "de")]
    [InlineData("locale", "en_US")]
    [InlineData("call_id", "1173309298.25")]
    [InlineData("blank", "")]
    [InlineData("generate_session_secret", "")]
    [InlineData("note", "naïve ☃ +&=")]
    [InlineData("note", "the method is good: a=b")]
    [InlineData("methods", "all")]
    public async Task The_extra_parameters_of_old_clients_are_accepted(string name, string value)
    {
        var token = await shared.Client.ConfirmedTokenAsync(World.Gallery, World.Alice);

        Assert.Null(
            (await shared.Client.AskAsync(MediaPostClient.GetSession(World.Gallery, token).With((name, value)))).Code);
    }

    private Task<Answer> AskAsync(IEnumerable<KeyValuePair<string, string>> pairs) => shared.Client.AskAsync(
        new HttpRequestMessage(HttpMethod.Post, new Uri(World.Server.Http, "/api.php"))
        {
            Content = new FormUrlEncodedContent(pairs),
        });

    private List<KeyValuePair<string, string>> Pairs(string columns, string token) =>
    [
        .. columns.Replace(KEY, World.Gallery.ApiKey, StringComparison.Ordinal).Replace(
            TOKEN, token, StringComparison.Ordinal)
            .Split('|').Select(column => column.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1])),
    ];
}
