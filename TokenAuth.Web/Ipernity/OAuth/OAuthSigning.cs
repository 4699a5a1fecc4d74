using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>Explains signatures of OAuth 1.0 (RFC 5849, section 3.4).</summary>
internal static class OAuthSigning
{
    private const string SignatureName = "oauth_signature";

    private static readonly Mistake OmitsTokenSecret = new(
        "token-secret-missing",
        "The secret of the token was not used. The key is both secrets, percent-encoded and joined with &.",
        variant => variant with { OmitsSecret = true });

    private static readonly Mistake OmitsVerb = new(
        "verb-missing",
        "The verb was not signed. The signature base string begins with it, such as GET&.",
        variant => variant with { OmitsRequest = true });

    public static SignedCall Read(OAuthParameters oauth, DateTimeOffset now)
    {
        var method = OAuthCheck.MethodOf(oauth) ?? "HMAC-SHA1";
        var seen = OAuthSignature.WithoutDefaultPort(
            ServerUrl.OriginSeen(oauth.Call.Request)?.ToLowerInvariant() ?? "http://localhost").Bare;
        return new SignedCall(
            oauth.Call, $"OAuth 1.0, {method}", SignatureName, oauth[SignatureName], oauth["oauth_consumer_key"],
            variant => Text(oauth, seen, variant),
            (pieces, variant, secret) => OAuthSignature.Sign(
                method,
                string.Concat(pieces.Select(piece => piece.Text)),
                JoinedText.SecretOf(variant with { OmitsSecret = false }, secret.Secret),
                variant.OmitsSecret ? "" : secret.Token) ?? "")
        {
            Mistakes =
            [
                OmitsTokenSecret, OmitsVerb, Mistake.Unsorted, Mistake.NotEncoded, Mistake.EncodedTwice,
                Mistake.SignsSignature, Mistake.TrimsValues, Mistake.OmitsEmptyValues, Mistake.SecretEndsInLineBreak,
                .. Origins(seen).Select(origin => Mistake.Origin(origin, seen)),
            ],
            Warnings = [.. Warnings(oauth, method, now)],
            IsPlaintext = method == "PLAINTEXT",
            Read = oauth.Signed,
        };
    }

    public static async ValueTask<IReadOnlyList<NamedSecret>> SecretsAsync(
        OAuthParameters oauth, Application application, SigningSecrets secrets, CancellationToken cancellation)
    {
        var text = oauth["oauth_token"];
        var token = await secrets.OfSessionAsync(IpernityFeature.Dialect, application.Id, text, cancellation)
            ?? await secrets.OfHandshakeAsync(IpernityFeature.RequestTokens, application.Id, text, cancellation);
        return
        [
            .. secrets.OfApplication(application).Select(secret => token is null ? secret : secret with
            {
                Name = $"{secret.Name} and that of the token",
                Token = token,
            }),
        ];
    }

    public static async ValueTask<string?> TokenProblemAsync(
        OAuthParameters oauth, Application application, SigningSecrets secrets, CancellationToken cancellation) =>
        oauth["oauth_token"] is { } token
        && !await secrets.HasSessionAsync(IpernityFeature.Dialect, application.Id, token, cancellation)
        && await secrets.OfHandshakeAsync(
            IpernityFeature.RequestTokens, application.Id, token, cancellation) is null
            ? SignatureWarning.OfToken("oauth_token")
            : null;

    /// <summary>The parts of the signature base string, as they are in the text: encoded twice.</summary>
    private static List<Piece> Text(OAuthParameters oauth, string seen, SigningVariant variant)
    {
        var pieces = new List<Piece>();
        void Separate(string text) => pieces.Add(new Piece(PieceKind.Separator, text, "a separator"));
        if (!variant.OmitsRequest)
        {
            pieces.Add(new Piece(PieceKind.Request, oauth.Call.Verb.ToUpperInvariant(), "the verb"));
            Separate("&");
        }

        var address = (variant.Origin ?? seen) + oauth.Call.Path;
        pieces.Add(new Piece(PieceKind.Request, Uri.EscapeDataString(address), "the address"));
        Separate("&");
        var sent = oauth.Signed.Where(parameter => parameter.Name != SignatureName)
            .Select(parameter => (parameter.Name, parameter.Value));
        foreach (var (index, (name, value)) in variant.Apply(sent, SignatureName, Uri.EscapeDataString).Index())
        {
            if (index > 0)
                Separate("%26");
            pieces.Add(new Piece(PieceKind.Name, Uri.EscapeDataString(name), name));
            Separate("%3D");
            pieces.Add(new Piece(PieceKind.Value, Uri.EscapeDataString(value), name));
        }

        return pieces;
    }

    /// <summary>Other origins that a client may have signed: the other scheme, with or without a port.</summary>
    private static IEnumerable<string> Origins(string seen)
    {
        if (!Uri.TryCreate(seen, UriKind.Absolute, out var address))
            return [];
        var host = address.IdnHost;
        var port = address.IsDefaultPort ? "" : $":{address.Port}";
        string[] origins = [$"http://{host}{port}", $"https://{host}{port}", $"http://{host}", $"https://{host}"];
        return origins.Append($"http://{host}:80").Append($"https://{host}:443")
            .Where(origin => origin != seen).Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Warnings(OAuthParameters oauth, string method, DateTimeOffset now)
    {
        if (OAuthCheck.Missing(oauth, needsToken: false) is { Count: > 0 } missing)
            yield return $"Parameters are missing: {string.Join(", ", missing)}.";
        if (method is not ("HMAC-SHA1" or "MD5" or "PLAINTEXT"))
            yield return $"The signature method {method} is not supported. Use HMAC-SHA1.";
        if (oauth["oauth_timestamp"] is not null
            && SignatureWarning.OfClock(
                "oauth_timestamp", OAuthCheck.TimestampOf(oauth), now, OAuthCheck.Window) is { } clock)
            yield return clock;
    }
}
