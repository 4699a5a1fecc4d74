using System.Security.Cryptography;
using System.Text;
using CsCheck;
using TokenAuth.Kernel.Applications;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>Writes requests of OpenID Connect, introspection and the proxies' check.</summary>
internal sealed class FuzzOpenId(FuzzWorld world, PCG random, FuzzSpoiling spoiling)
{
    private const string Verifier = "0123456789012345678901234567890123456789012";

    private static readonly string[] Grants =
    [
        "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:device_code", "password", "",
    ];

    public FuzzDraft Write()
    {
        var kind = spoiling.OneIn(2) ? ApplicationKind.Oidc : ApplicationKind.Service;
        var (application, secret) = world.Apps[kind];
        var text = spoiling.OneIn(2) ? spoiling.Pick(world.ForeignTexts) : spoiling.Value();
        var draft = random.Below(10) switch
        {
            0 or 1 => Authorize(application.ApiKey),
            2 or 3 => Token(text),
            4 => Post("/connect/par", AuthorizeFields(application.ApiKey)),
            5 => Post(spoiling.Pick(["/connect/introspect", "/introspect", "/connect/revoke"]), ("token", text)),
            6 => Post("/connect/device", ("client_id", application.ApiKey), ("scope", "openid offline_access")),
            7 => Bearer(spoiling.Pick(["/connect/userinfo", "/auth/verify"]), text),
            8 => new FuzzDraft("openid", spoiling.Pick(["GET", "POST"]), "/connect/logout")
            {
                Query =
                [
                    ("id_token_hint", text), ("post_logout_redirect_uri", FuzzWorld.Callback),
                    ("state", spoiling.Value()),
                ],
            },
            _ => new FuzzDraft(
                "openid", "GET",
                spoiling.Pick(["/.well-known/openid-configuration", "/.well-known/jwks", "/device", "/connect/device"]))
            {
                Query = [("user_code", spoiling.Value())],
            },
        };
        // Browsers have no secret.
        if (draft.Verb == "POST" && draft.Path is not ("/connect/authorize" or "/connect/logout") && !spoiling.OneIn(4))
            Prove(draft, application.ApiKey, secret);
        if (draft.Verb == "GET" && spoiling.OneIn(2))
            draft.Headers.Add(("Cookie", world.Cookies));
        var pairs = draft.Verb == "POST" ? draft.Fields : draft.Query;
        for (var left = random.Below(3); left > 0 && pairs.Count > 0; left--)
        {
            var at = random.Below(pairs.Count);
            pairs[at] = (pairs[at].Name, spoiling.Value());
        }

        return draft;
    }

    private FuzzDraft Authorize(string key)
    {
        var isPost = spoiling.OneIn(3);
        var draft = new FuzzDraft("openid", isPost ? "POST" : "GET", "/connect/authorize");
        (isPost ? draft.Fields : draft.Query).AddRange(AuthorizeFields(key));
        return draft;
    }

    private static (string, string)[] AuthorizeFields(string key) =>
    [
        ("client_id", key), ("redirect_uri", FuzzWorld.Callback), ("response_type", "code"),
        ("scope", "openid profile offline_access"), ("state", "s"), ("nonce", "n"), ("code_challenge_method", "S256"),
        ("code_challenge", Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_')),
    ];

    private FuzzDraft Token(string text) => Post(
        "/connect/token",
        ("grant_type", spoiling.Pick(Grants)), ("code", text), ("redirect_uri", FuzzWorld.Callback),
        ("code_verifier", Verifier), ("refresh_token", text), ("device_code", text), ("subject_token", text),
        ("subject_token_type", "urn:tokenauth:token-type:session"), ("audience", "b"), ("scope", "openid"));

    private static FuzzDraft Bearer(string path, string text) => new("openid", "GET", path)
    {
        Headers = [("Authorization", "Bearer " + OneLine(text))],
    };

    private static FuzzDraft Post(string path, params (string, string)[] fields) => new("openid", "POST", path)
    {
        Fields = [.. fields],
    };

    private void Prove(FuzzDraft draft, string key, string secret)
    {
        if (spoiling.OneIn(2))
            draft.Fields.AddRange([("client_id", key), ("client_secret", secret)]);
        else
            draft.Headers.Add(
                ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"))));
    }

    /// <summary>A header with a line break in it would be two.</summary>
    private static string OneLine(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text))
        .Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
}
