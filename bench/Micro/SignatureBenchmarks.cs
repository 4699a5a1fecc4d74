using BenchmarkDotNet.Attributes;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Signing;
using TokenAuth.MediaPost;

namespace TokenAuth.Bench.Micro;

/// <summary>The signature base string, its ambiguity check, and the hashes.</summary>
public class SignatureBenchmarks
{
    private static readonly Parameter[] Parameters =
    [
        new("method", "up.auth.getSession"), new("api_key", "b1bd7e18574ae0731effba4cd2cef6f8"), new("v", "1.0"),
        new("format", "JSON"),
        new("auth_token", "6a979d3aa72f7e4ee5e64bde08b169281234ab"), new("sig", "27b6055a1905e552e3ebdc5930e875f1"),
    ];

    private static readonly Parameter[] OAuth =
    [
        new("oauth_consumer_key", "b1bd7e18574ae0731effba4cd2cef6f8"),
        new("oauth_token", "1-6a979d3aa72f7e4ee5e64bde08b16928"), new("oauth_nonce", "k7d2PqX9"),
        new("oauth_timestamp", "1208733600"), new("oauth_signature_method", "HMAC-SHA1"), new("oauth_version", "1.0"),
        new("user_id", "42"),
    ];

    private static readonly string Joined = MediaPostRequest.Scheme.Join(Parameters, "sig").Text + "secret";

    [Benchmark]
    public int Join() => MediaPostRequest.Scheme.Join(Parameters, "sig").Text.Length;

    [Benchmark]
    public bool JoinAndCheckAmbiguity() => MediaPostRequest.Scheme.Join(Parameters, "sig").IsUnambiguous();

    [Benchmark]
    public string Md5() => Signature.Md5Hex(Joined);

    [Benchmark]
    public byte[] HashOfToken() => TokenHash.Of("1-6a979d3aa72f7e4ee5e64bde08b16928");

    [Benchmark]
    public string? OAuthBaseStringAndHmac() =>
        OAuthSignature.Sign(
            "HMAC-SHA1", OAuthSignature.BaseString("GET", "http://localhost:5080", "/api/auth.checkToken", OAuth),
            "consumer", "token");
}
