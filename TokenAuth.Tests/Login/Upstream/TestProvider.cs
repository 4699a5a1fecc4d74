using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TokenAuth.Tests.Login.Upstream;

/// <summary>
/// A small OpenID Connect provider on a loopback port. It signs its one person in without a question, and gives the
/// wrong answers that a test asks for.
/// </summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "tokenauth";

    public const string Secret = "a secret of the tests";

    /// <summary>Every provider's key, because generating one takes long.</summary>
    private static readonly RSA Key = RSA.Create(2048);

    private readonly WebApplication _app;
    private readonly Func<DateTimeOffset> _now;
    private readonly Dictionary<string, IQueryCollection> _codes = new(StringComparer.Ordinal);

    private TestProvider(WebApplication app, Func<DateTimeOffset> now)
    {
        (_app, _now) = (app, now);
        app.MapGet("/.well-known/openid-configuration", () => IsDown ? Results.StatusCode(503)
            : IsMoved ? Results.Redirect("/moved") : Results.Json(Metadata()));
        app.MapGet("/moved", () => Results.Json(Metadata()));
        app.MapGet("/jwks", () => Results.Json(new { keys = new[] { Jwk() } }));
        app.MapGet("/authorize", (HttpContext context) => Authorize(context));
        app.MapPost("/token", (Delegate)TokenAsync);
        app.MapGet("/userinfo", () => Results.Json(
            new { sub = Subject, name = DisplayName, preferred_username = Login, email = Email, email_verified = true }));
    }

    public string Issuer { get; private set; } = "";

    public string Subject { get; set; } = "248289761001";

    public string? Login { get; set; } = "jane";

    public string DisplayName { get; set; } = "Jane Doe";

    public string Email { get; set; } = "jane@example.org";

    public bool IsDown { get; set; }

    /// <summary>Whether the address of the metadata redirects to another one.</summary>
    public bool IsMoved { get; set; }

    /// <summary>The issuer in the metadata, if it is another one.</summary>
    public string? NamedIssuer { get; set; }

    /// <summary>Whether answers name the issuer (RFC 9207), and the metadata says so.</summary>
    public bool NamesItself { get; set; } = true;

    /// <summary>Changes the claims of the next identity tokens.</summary>
    public Action<Dictionary<string, object?>> Claims { get; set; } = _ => { };

    /// <summary>Changes the header of identity tokens.</summary>
    public Action<Dictionary<string, object?>> Header { get; set; } = _ => { };

    /// <summary>The key that signs; null to sign with that of the metadata.</summary>
    public RSA? OtherKey { get; set; }

    /// <summary>Changes the parameters of the answer.</summary>
    public Action<Dictionary<string, string?>> Answer { get; set; } = _ => { };

    /// <summary>The authorization requests.</summary>
    public List<IQueryCollection> Requests { get; } = [];

    /// <summary>The number of requests to the token endpoint.</summary>
    public int Redemptions { get; private set; }

    /// <summary>The settings of a server that uses this provider.</summary>
    public string[] Settings =>
    [
        $"--TokenAuth:Upstream:Issuer={Issuer}", $"--TokenAuth:Upstream:ClientId={ClientId}",
        $"--TokenAuth:Upstream:ClientSecret={Secret}", "--TokenAuth:Upstream:Name=Example ID",
    ];

    public static async Task<TestProvider> StartAsync(Func<DateTimeOffset> now)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new TestProvider(app, now);
        await app.StartAsync();
        provider.Issuer = app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        OtherKey?.Dispose();
    }

    private object Metadata() => new
    {
        issuer = NamedIssuer ?? Issuer,
        authorization_endpoint = $"{Issuer}/authorize",
        token_endpoint = $"{Issuer}/token",
        userinfo_endpoint = $"{Issuer}/userinfo",
        jwks_uri = $"{Issuer}/jwks",
        response_types_supported = (string[])["code"],
        subject_types_supported = (string[])["public"],
        id_token_signing_alg_values_supported = (string[])["RS256"],
        authorization_response_iss_parameter_supported = NamesItself,
    };

    private object Jwk()
    {
        var key = Key.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", alg = "RS256", kid = "1", n = Base64Url(key.Modulus!), e = Base64Url(key.Exponent!) };
    }

    private IResult Authorize(HttpContext context)
    {
        var asked = context.Request.Query;
        Requests.Add(asked);
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _codes[code] = asked;
        var answer = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["code"] = code,
            ["state"] = asked["state"],
            ["iss"] = NamesItself ? Issuer : null,
        };
        Answer(answer);
        return Results.Redirect(asked["redirect_uri"] + QueryString.Create(
            answer.Where(pair => pair.Value is not null)).ToUriComponent());
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        Redemptions++;
        var form = await context.Request.ReadFormAsync();
        if (form["client_id"] != ClientId
            || form["client_secret"] != Secret
            || !_codes.Remove(form["code"].ToString(), out var asked)
            || form["redirect_uri"] != asked["redirect_uri"]
            || asked["code_challenge_method"] != "S256"
            || Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())))
                != asked["code_challenge"])
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        return Results.Json(new { access_token = "an access token", token_type = "Bearer", id_token = Token(asked) });
    }

    private string Token(IQueryCollection asked)
    {
        var now = _now().ToUnixTimeSeconds();
        var header = new Dictionary<string, object?>(StringComparer.Ordinal) { ["alg"] = "RS256", ["kid"] = "1" };
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = Issuer,
            ["sub"] = Subject,
            ["aud"] = ClientId,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["nonce"] = asked["nonce"].ToString(),
            ["auth_time"] = now - (asked["max_age"] == "0" ? 0 : 3600),
        };
        Header(header);
        Claims(claims);
        var signed = $"{Part(header)}.{Part(claims)}";
        var signature = header["alg"] is "none" ? [] : (OtherKey ?? Key).SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url(signature)}";
    }

    private static string Part(Dictionary<string, object?> values) =>
        Base64Url(JsonSerializer.SerializeToUtf8Bytes(
            values.Where(pair => pair.Value is not null).ToDictionary(StringComparer.Ordinal)));

    private static string Base64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
