using System.Security.Cryptography;
using System.Text;
using TokenAuth.Dreamwidth;
using TokenAuth.Ipernity;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.MediaPost;
using TokenAuth.Wetpaint;

namespace TokenAuth.Tests.Kernel.Calls.Signatures;

/// <summary>
/// A client with one of the usual mistakes is told which. Each client here signs with its own lines of code, not with
/// the product's.
/// </summary>
public sealed class SigningExplanationTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string Secret = "c0ffee00c0ffee00c0ffee00c0ffee00";
    private const string Base = $"api_key={Key}method=Up.auth.createToken";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData($"{Base}{Secret}", "")]
    [InlineData($"method=Up.auth.createTokenapi_key={Key}{Secret}", "unsorted")]
    [InlineData($"{Base}", "secret-missing")]
    [InlineData($"{Secret}{Base}", "secret-first")]
    [InlineData($"{Base}{Secret}\n", "secret-line-break")]
    [InlineData($"api_key={Key}&method=Up.auth.createToken{Secret}", "ampersands")]
    [InlineData($"{Base}sig={Secret}", "signature-signed")]
    [InlineData($"method=Up.auth.createTokenapi_key={Key}", "secret-missing,unsorted")]
    [InlineData($"api_key={Key}method=Up.auth.somethingElse{Secret}", null)]
    public async Task The_mistake_of_a_MediaPost_client_is_named(string text, string? mistakes)
    {
        var explained = await ExplainAsync(
            new MediaPostSigning(),
            $"https://auth.example.test/api.php?method=Up.auth.createToken&api_key={Key}&sig={Md5(text)}");

        AssertMistakes(mistakes, explained);
    }

    [Theory]
    [InlineData("caf\u00e9 au lait", "caf%C3%A9%20au%20lait", "encoded")]
    [InlineData("x\n", "x", "values-trimmed")]
    [InlineData("", null, "empty-left-out")]
    public async Task A_value_that_was_signed_in_another_form_is_found(string sent, string? text, string mistake)
    {
        var note = text is null ? "" : $"note={text}";
        var explained = await ExplainAsync(
            new MediaPostSigning(),
            "https://auth.example.test/api.php?method=Up.auth.createToken"
            + $"&api_key={Key}&note={Uri.EscapeDataString(sent)}&sig={Md5(Base + note + Secret)}");

        AssertMistakes(mistake, explained);
    }

    [Fact]
    public async Task Bytes_in_Latin_1_are_found()
    {
        var signature = Convert.ToHexStringLower(MD5.HashData(Encoding.Latin1.GetBytes($"{Base}note=\u00fc{Secret}")));
        var explained = await ExplainAsync(
            new MediaPostSigning(),
            $"https://auth.example.test/api.php?method=Up.auth.createToken&api_key={Key}&note=%C3%BC&sig={signature}");

        AssertMistakes("latin-1", explained);
    }

    [Fact]
    public async Task Upper_case_digits_and_the_secret_of_another_application_are_named()
    {
        var url = $"https://auth.example.test/api.php?method=Up.auth.createToken&api_key={Key}&sig=";

        var upper = await ExplainAsync(new MediaPostSigning(), url + Md5(Base + Secret).ToUpperInvariant());
        Assert.False(upper.IsRight);
        Assert.Contains("upper-case", Assert.Single(upper.Remarks), StringComparison.Ordinal);

        var both = await ExplainAsync(new MediaPostSigning(), url + Md5(Secret + Base).ToUpperInvariant());
        Assert.Contains("upper-case", Assert.Single(both.Remarks), StringComparison.Ordinal);
        Assert.Single(both.Mistakes);

        var foreign = await ExplainAsync(
            new MediaPostSigning(), url + Md5(Base + "another"), new NamedSecret("the secret of Gallery", "another") { IsAccepted = false });
        Assert.False(foreign.IsRight);
        Assert.Equal("the secret of Gallery", foreign.Found);
        Assert.Empty(foreign.Mistakes);
    }

    [Theory]
    [InlineData($"api_key{Key}auth.getFrob{Secret}", "")]
    [InlineData($"api_key{Key}{Secret}", "method-missing")]
    [InlineData($"auth.getFrobapi_key{Key}{Secret}", null)]
    public async Task The_mistake_of_an_ipernity_client_is_named(string text, string? mistakes) => AssertMistakes(
        mistakes,
        await ExplainAsync(
            new IpernitySigning(),
            $"POST /api/auth.getFrob/json HTTP/1.1\r\nHost: auth.example.test\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\n\r\napi_key={Key}&api_sig={Md5(text)}"));

    [Theory]
    [InlineData("GET", "https://auth.example.test", true, "")]
    [InlineData("GET", "http://auth.example.test", true, "address")]
    [InlineData("GET", "https://auth.example.test:443", true, "address")]
    [InlineData(null, "https://auth.example.test", true, "verb-missing")]
    [InlineData("GET", "https://auth.example.test", false, "not-encoded")]
    public async Task The_mistake_of_an_OAuth_client_is_named(string? verb, string origin, bool encodes, string mistake)
    {
        var callback = "http://gallery.example.test/back?a=1";
        var signed = encodes ? Uri.EscapeDataString(callback) : callback;
        var pairs = $"oauth_callback={signed}&oauth_consumer_key={Key}&oauth_nonce=n&oauth_signature_method=HMAC-SHA1"
            + $"&oauth_timestamp={Now.ToUnixTimeSeconds()}";
        var text = (verb is null ? "" : verb + "&")
            + $"{Uri.EscapeDataString(origin + "/api/oauth/request")}&{Uri.EscapeDataString(pairs)}";
        var signature = Convert.ToBase64String(
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret + "&"), Encoding.UTF8.GetBytes(text)));

        var explained = await ExplainAsync(
            new IpernitySigning(),
            "https://auth.example.test/api/oauth/request?oauth_signature_method=HMAC-SHA1&oauth_nonce=n"
            + $"&oauth_timestamp={Now.ToUnixTimeSeconds()}&oauth_callback={Uri.EscapeDataString(callback)}"
            + $"&oauth_consumer_key={Key}&oauth_signature={Uri.EscapeDataString(signature)}");

        AssertMistakes(mistake, explained);
        Assert.Empty(explained.Call.Warnings);
    }

    [Theory]
    [InlineData($"{Key}alice1800000000", "")]
    [InlineData($"alice{Key}1800000000", "order")]
    [InlineData($"{Key}1800000000", "user-missing")]
    public async Task The_mistake_of_a_Wetpaint_developer_is_named(string text, string mistake)
    {
        var signature = Convert.ToHexStringLower(
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text)));
        var explained = await ExplainAsync(
            new WetpaintSigning(), $"user.userId=alice\nkey={Key}\ncred.ts=1800000000\ncred.sig={signature}");

        AssertMistakes(mistake, explained);
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(301, true)]
    [InlineData(-301, true)]
    public async Task A_wrong_clock_is_a_warning(int secondsOff, bool isWarned)
    {
        var explained = await ExplainAsync(
            new WetpaintSigning(),
            $"user.userId=alice\nkey={Key}\ncred.ts={Now.ToUnixTimeSeconds() + secondsOff}\ncred.sig=0");

        Assert.Equal(
            isWarned, explained.Call.Warnings.Any(text => text.StartsWith("cred.ts is", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{0}{1}", "")]
    [InlineData("{1}{0}", "secret-first")]
    [InlineData("{1}", "challenge-missing")]
    public async Task The_mistake_of_a_Dreamwidth_client_is_named(string format, string mistake)
    {
        const string challenge = "c0:1799999200:799:60:abcdefghijklmnopqrst:0123456789abcdef0123456789abcdef";
        var response = Md5(string.Format(null, format, challenge, Md5("key")));
        var explained = SigningExplanation.Of(
            await ReadAsync(
                new DreamwidthSigning(), $"user=alice\nauth_challenge={challenge}\nauth_response={response}"),
            [new NamedSecret("the API key", Md5("key"))], []);

        AssertMistakes(mistake, explained);
    }

    [Fact]
    public async Task An_ambiguous_text_is_a_warning_although_its_signature_is_right()
    {
        var signed = $"api_key={Key}method=Up.auth.createTokennote=expires=0{Secret}";
        var explained = await ExplainAsync(
            new MediaPostSigning(),
            "https://auth.example.test/api.php?method=Up.auth.createToken"
            + $"&api_key={Key}&note=expires%3D0&sig={Md5(signed)}");

        Assert.True(explained.IsRight);
        Assert.Equal([SignatureWarning.Ambiguous], explained.Call.Warnings);
    }

    [Fact]
    public async Task The_parts_are_the_signed_text_without_the_secret()
    {
        var explained = await ExplainAsync(
            new MediaPostSigning(),
            $"https://auth.example.test/api.php?method=Up.auth.createToken&api_key={Key}&sig=0");

        Assert.Equal(Base, string.Concat(explained.Text.Select(piece => piece.Text)));
        Assert.Equal(PieceKind.Secret, explained.Text[^1].Kind);
        Assert.DoesNotContain(Secret, explained.ToString(), StringComparison.Ordinal);
    }

    private static void AssertMistakes(string? expected, SigningExplanation explained)
    {
        Assert.Equal(expected is not null, explained.Found is not null);
        Assert.Equal(expected is "", explained.IsRight);
        Assert.Equal(
            (expected ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries),
            explained.Mistakes.Select(mistake => mistake.Name), StringComparer.Ordinal);
    }

    private static async Task<SigningExplanation> ExplainAsync(
        ISigningScheme scheme, string text, params NamedSecret[] others) =>
        SigningExplanation.Of(
            await ReadAsync(scheme, text), [new NamedSecret("the secret of Uploader", Secret)], others);

    private static async Task<SignedCall> ReadAsync(ISigningScheme scheme, string text)
    {
        var (request, problem) = PastedRequest.Read(text);
        Assert.Null(problem);
        var (call, unreadable) = await request!.ToCallAsync(default);
        Assert.Null(unreadable);
        return scheme.Read(call!, Now);
    }

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
