using System.Net;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Calls;

namespace TokenAuth.Tests.Ipernity;

/// <summary>The header that carries OAuth's parameters, as clients and as attackers write it.</summary>
public sealed class OAuthHeaderTests(IpernityWorld shared) : IClassFixture<IpernityWorld>
{
    /// <summary>The total size that a request's headers may have.</summary>
    private const int MostBytes = 31_000;

    [Theory]
    [InlineData("OAuth a=\"b\", c=\"d\"", "a=b c=d")]
    [InlineData("OAuth realm=\"http://x/,y\", a=\"b\"", "a=b")]
    [InlineData("oauth a=\"b\",c=\"d\"", "a=b c=d")]
    [InlineData("OAuth a = \"b\" ,\tc=\"d\"", "a=b c=d")]
    [InlineData("OAuth a=\"b\" c=\"d\"", "a=b c=d")]
    [InlineData("OAuth a=b,c=d", "a=b c=d")]
    [InlineData("OAuth a=\"b\",, ,c=\"d\",", "a=b c=d")]
    [InlineData("OAuth a=\"\", b=, c=\"d\"", "a= b= c=d")]
    [InlineData("OAuth a=\"b\", a=\"c\"", "a=b a=c")]
    [InlineData("OAuth a%20b=\"%C3%BC+%2B%25\"", "a b=ü++%")]
    [InlineData("OAuth a=\"b c, d=e\"", "a=b c, d=e")]
    [InlineData("OAuth a=b=c==", "a=b=c==")]
    [InlineData("OAuth word a=\"b\" word", "a=b")]
    [InlineData("OAuth a=\"%zz%\"", "a=%zz%")]
    [InlineData("OAuth a=\"b", "")]
    [InlineData("OAuth a=\"b\", c=\"d", "")]
    [InlineData("OAuth a", "")]
    [InlineData("OAuth ====", "")]
    [InlineData("OAuth \"\"\"", "")]
    [InlineData("OAuth ", "")]
    [InlineData("OAuth", "")]
    [InlineData("Bearer a=\"b\"", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Parameters_are_read_in_their_order(string? header, string shown) => Assert.Equal(
        shown, string.Join(' ', OAuthHeader.Read(header).Select(parameter => $"{parameter.Name}={parameter.Value}")));

    [Theory]
    [InlineData(Call.MaxParameters)]
    [InlineData(Call.MaxParameters + 1)]
    public void A_header_may_have_as_many_parameters_as_a_form(int count)
    {
        var pairs = Enumerable.Range(0, count).Select(i => $"a{i}=1");

        Assert.Equal(
            count <= Call.MaxParameters ? count : 0, OAuthHeader.Read("OAuth " + string.Join(',', pairs)).Count);
    }

    /// <summary>At this length, a reader that takes more than one pass exceeds the test's time limit.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("a\t")]
    [InlineData("=")]
    [InlineData("\"")]
    [InlineData("a=\"")]
    [InlineData("a=\"b,")]
    [InlineData("a= ")]
    [InlineData("a=%")]
    [InlineData(" ")]
    [InlineData(",")]
    public void The_header_is_read_in_one_pass(string repeated)
    {
        var header = "OAuth " + string.Concat(Enumerable.Repeat(repeated, 4_000_000 / repeated.Length));

        Assert.InRange(OAuthHeader.Read(header).Count, 0, Call.MaxParameters);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("a=\"b,")]
    [InlineData("a,")]
    [InlineData("a=b,")]
    public async Task A_malformed_header_gets_the_dialects_own_fault(string repeated)
    {
        var header = "OAuth " + string.Concat(Enumerable.Repeat(repeated, MostBytes / repeated.Length));
        (string, HttpStatusCode, int)[] faults =
        [
            ("/apps/oauth/request", HttpStatusCode.Unauthorized, 131),
            ("/apps/oauth/access", HttpStatusCode.Unauthorized, 131),
            ("/api/auth.checkToken", HttpStatusCode.OK, 100),
        ];
        foreach (var (path, status, code) in faults)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shared.World.Server.Http, path));
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", header));
            using var answer = await shared.OAuth.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
            Assert.Contains($"{code}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    /// <summary>The client signs the address that it sent, not the address that the server normalises.</summary>
    [Theory]
    [InlineData("//api//auth.checkToken", "//api//auth.checkToken", null)]
    [InlineData("//api//auth.checkToken", "/api/auth.checkToken", 105)]
    [InlineData("/api/auth.checkToken", "//api//auth.checkToken", 105)]
    public async Task A_path_with_extra_slashes_is_signed_with_them(string called, string inSignature, int? code)
    {
        var token = await shared.OAuth.AccessTokenAsync(shared.World, shared.World.Gallery, shared.World.Alice);
        var root = shared.World.Server.Http.GetLeftPart(UriPartial.Authority);
        var call = new OAuthCall(shared.World.Gallery, token, "/") { SignedUrl = root + inSignature };
        using var request = shared.OAuth.Request(call);
        request.RequestUri = new Uri(root + called);

        using var answer = await shared.OAuth.SendAsync(request);

        Assert.Equal(code, (await IpernityAnswer.ReadAsync(answer)).Code);
    }
}
