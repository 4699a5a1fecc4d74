using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TokenAuth.Ipernity;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Tests.Ipernity;

/// <summary>
/// Signatures that the provider published, or that another program computed, verified against the server and the test
/// client.
/// </summary>
public sealed class VectorTests
{
    private static readonly JsonElement Vectors =
        JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Ipernity", "Data", "vectors.json"))).RootElement;

    public static TheoryData<string> Names =>
        [.. Vectors.GetProperty("ipernity").EnumerateArray().Select(vector => Text(vector, "name"))];

    public static TheoryData<string> Methods =>
        [
            .. Vectors.GetProperty("ipernity_oauth").EnumerateArray().Select(
                vector => Text(vector.GetProperty("parameters"), "oauth_signature_method")),
        ];

    [Fact]
    public void All_vectors_are_loaded() => Assert.Equal((9, 3), (Names.Count, Methods.Count));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_signature_matches_the_published_one(string name)
    {
        var vector = Vectors.GetProperty("ipernity").EnumerateArray().Single(vector => Text(vector, "name") == name);
        var (method, secret, expected) = (Text(vector, "method"), Text(vector, "secret"), Text(vector, "api_sig"));
        var parameters = Parameters(vector);
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString($"?{IpernityClient.Urlencoded(parameters.Reverse())}&api_sig=0");

        Assert.Equal(
            expected, new IpernityRequest(Call.OfQuery(request), method.Length > 0 ? method : null).Sign(secret));
        Assert.Equal(expected, IpernityCall.Sign(parameters, method, secret));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void An_oauth_signature_matches_the_vector(string signatureMethod)
    {
        var vector = Vectors.GetProperty("ipernity_oauth").EnumerateArray()
            .Single(vector => Text(vector.GetProperty("parameters"), "oauth_signature_method") == signatureMethod);
        var (verb, url, consumer, token) =
            (Text(vector, "verb"), new Uri(Text(vector, "url")),
                Text(vector, "consumer_secret"), Text(vector, "token_secret"));
        var parameters = Parameters(vector);

        var baseString = OAuthSignature.BaseString(
            verb, $"{url.Scheme}://{url.Host}", url.AbsolutePath, parameters.Select(
                pair => new Parameter(pair.Key, pair.Value)));

        Assert.Equal(Text(vector, "base_string"), baseString);
        Assert.Equal(baseString, OAuthClient.BaseString(verb, url.AbsoluteUri, parameters));
        Assert.Equal(
            Text(vector, "oauth_signature"), OAuthSignature.Sign(signatureMethod, baseString, consumer, token));
        Assert.Equal(Text(vector, "oauth_signature"), OAuthClient.Sign(signatureMethod, baseString, consumer, token));
    }

    private static KeyValuePair<string, string>[] Parameters(JsonElement vector) =>
        [
            .. vector.GetProperty("parameters").EnumerateObject().Select(
                parameter => KeyValuePair.Create(parameter.Name, parameter.Value.GetString()!)),
        ];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
