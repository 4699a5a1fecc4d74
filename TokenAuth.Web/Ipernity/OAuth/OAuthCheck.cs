using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>The OAuth parameters of a call, from the Authorization header, the query or the form.</summary>
internal sealed class OAuthParameters(Call call, IReadOnlyList<Parameter> header)
{
    private IReadOnlyList<Parameter>? _signed;

    public Call Call => call;

    /// <summary>
    /// The parameters that the signature covers: those of the header, the query and an urlencoded body (RFC 5849,
    /// section 3.4.1.3). A multipart form or an envelope is covered only if it contains the signature.
    /// </summary>
    public IReadOnlyList<Parameter> Signed => _signed ??=
    [
        .. header,
        .. IsIn(header) || IsIn(call.Urlencoded)
            ? call.Urlencoded
            : call.Urlencoded.Concat(call.Parameters).DistinctBy(parameter => parameter.Name, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Returns a signed OAuth parameter, or null if it is missing or empty. Unsigned parts of the call are ignored.
    /// </summary>
    public string? this[string name] => Last(header, name) ?? Last(Signed, name);

    private static bool IsIn(IEnumerable<Parameter> parameters) =>
        parameters.Any(parameter => parameter.Name == "oauth_signature");

    private static string? Last(IEnumerable<Parameter> parameters, string name) =>
        parameters.LastOrDefault(parameter => parameter.Name == name) is { Value.Length: > 0 } found
            ? found.Value
            : null;
}

/// <summary>
/// Checks OAuth 1.0 calls (RFC 5849) in ipernity's order: version, parameters, method, clock, nonce, signature. The
/// errors are 130 to 135 and 105 in docs/dialects/ipernity.md, "Errors".
/// </summary>
internal sealed class OAuthCheck(
    CallerCheck callers, SessionStore sessions, HandshakeStore handshakes, ReplayGuard replays, ServerUrl url,
    TimeProvider clock)
{
    // docs/dialects/ipernity.md, "Errors": 132 if the clock is more than ten minutes off.
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(600);

    // docs/dialects/ipernity.md, "What differs from the original, and why": concurrent calls may overtake each other.
    private static readonly TimeSpan Reordering = TimeSpan.FromSeconds(5);

    private static readonly string[] Required = ["oauth_consumer_key", "oauth_signature_method", "oauth_signature"];

    /// <summary>
    /// Also required, except with PLAINTEXT, which needs no protection from replay because it is accepted over https
    /// only.
    /// </summary>
    private static readonly string[] RequiredOnce = ["oauth_timestamp", "oauth_nonce"];

    /// <summary>Reads the call's OAuth parameters. Returns null if it has none.</summary>
    public static OAuthParameters? Read(Call call)
    {
        var header = OAuthHeader.Read(call.Header("Authorization"));
        return header.Count > 0 || HasAny(call.Parameters) || HasAny(call.Urlencoded)
            ? new OAuthParameters(call, header)
            : null;
    }

    /// <summary>Reads the call's OAuth parameters. The result may be empty.</summary>
    public static OAuthParameters ReadAll(Call call) => new(call, OAuthHeader.Read(call.Header("Authorization")));

    /// <summary>Returns the names of the required parameters that the call lacks.</summary>
    public static IReadOnlyList<string> Missing(OAuthParameters oauth, bool needsToken)
    {
        var isOnce = MethodOf(oauth) != "PLAINTEXT" || RequiredOnce.Any(name => oauth[name] is not null);
        return
        [
            .. Required
                .Concat(isOnce ? RequiredOnce : [])
                .Concat(needsToken ? ["oauth_token"] : [])
                .Where(name => oauth[name] is null),
        ];
    }

    /// <summary>
    /// Checks the call. A refused call does not count against the quota, because anyone could have sent it.
    /// </summary>
    /// <param name="tokenDialect">
    /// The dialect of <c>oauth_token</c>, a session or a request token, whose secret takes part in the signature; null
    /// if the endpoint uses no token.
    /// </param>
    /// <param name="needsToken">Whether a token is required.</param>
    /// <returns>The session of the token; null for a request token or no token.</returns>
    public async Task<Outcome<ActiveSession?>> CheckAsync(
        OAuthParameters oauth,
        Admission admission,
        string? tokenDialect,
        bool needsToken,
        CancellationToken cancellation)
    {
        // Libraries written for OAuth 1.0a send 1.0a, although that revision kept the version 1.0.
        if (oauth["oauth_version"] is not (null or "1.0" or "1.0a" or "1.0A"))
            return FaultKind.OAuthVersionUnsupported;
        if (Missing(oauth, needsToken) is { Count: > 0 } missing)
            return new Fault(FaultKind.OAuthParametersMissing, string.Join(", ", missing));
        var method = MethodOf(oauth)!;
        if (method is not ("HMAC-SHA1" or "MD5") && !(method == "PLAINTEXT" && oauth.Call.Secure))
            return FaultKind.OAuthMethodUnsupported;

        var once = oauth["oauth_timestamp"] is null ? null : OnceOf(oauth, admission);
        if (once is not null && await CheckReplayAsync(once, use: false, cancellation) is { } early)
            return early;

        var token = await TokenAsync(admission, tokenDialect, oauth["oauth_token"], cancellation);
        if (!token.Succeeded(out var known, out var fault))
            return fault;
        string[] baseStrings =
        [
            .. url.OriginsOf(oauth.Call.Request)
                .SelectMany(
                    origin => OAuthSignature.BaseStrings(oauth.Call.Verb, origin, oauth.Call.Path, oauth.Signed)),
        ];
        if (!callers.IsSigned(
            admission,
            oauth["oauth_signature"],
            baseStrings,
            (baseString, consumerSecret) => OAuthSignature.Sign(method, baseString, consumerSecret, known.Secret)!))
        {
            return FaultKind.SignatureWrong;
        }

        if (once is not null && await CheckReplayAsync(once, use: true, cancellation) is { } late)
        {
            admission.Reject();
            return late;
        }

        return known.Session is { } session ? await sessions.ExtendAsync(session, cancellation) : null;
    }

    /// <summary>
    /// A timestamp (null if it is not a plain number), the stream in which timestamps must not fall, and a nonce.
    /// </summary>
    private sealed record Once(DateTimeOffset? Timestamp, string Stream, string Nonce);

    // docs/dialects/ipernity.md, "What differs from the original, and why": without a token, timestamps are compared
    // per address. One fast clock therefore does not lock out all users of the application.
    private static Once OnceOf(OAuthParameters oauth, Admission admission)
    {
        var stream = $"{admission.Application.Id}\n{oauth["oauth_token"] ?? $"from {oauth.Call.Address}"}";
        return new Once(TimestampOf(oauth), stream, $"{stream}\n{oauth["oauth_timestamp"]}\n{oauth["oauth_nonce"]}");
    }

    /// <summary>The timestamp; null if it is not a plain number.</summary>
    public static DateTimeOffset? TimestampOf(OAuthParameters oauth) =>
        ValueGrammars.Number(mostDigits: 11).Matches(oauth["oauth_timestamp"])
            ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(oauth["oauth_timestamp"]!))
            : null;

    /// <summary>Checks timestamp and nonce, before the signature and once more after it.</summary>
    /// <param name="use">
    /// Whether to use up the nonce. Only a signed call does, so that a stranger cannot use up another's nonce.
    /// </param>
    private async Task<FaultKind?> CheckReplayAsync(Once once, bool use, CancellationToken cancellation)
    {
        if (once.Timestamp is not { } timestamp)
            return FaultKind.OAuthTimestampLow;
        if ((timestamp - clock.GetUtcNow()).Duration() > Window)
            return FaultKind.OAuthClockSkewed;
        var expiresAt = timestamp + Window + Window;
        var result = use
            ? await replays.UseInOrderAsync(
                Purpose, once.Stream, timestamp, Reordering, once.Nonce, expiresAt, cancellation)
            : await replays.CheckInOrderAsync(
                Purpose, once.Stream, timestamp, Reordering, once.Nonce, expiresAt, cancellation);
        return result switch
        {
            ReplayResult.Used => FaultKind.OAuthNonceUsed,
            ReplayResult.OutOfOrder => FaultKind.OAuthTimestampLow,
            _ => null,
        };
    }

    private const string Purpose = "ipernity.oauth";

    /// <summary>Every call is searched, so this allocates nothing.</summary>
    private static bool HasAny(IReadOnlyList<Parameter> parameters)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Name.StartsWith("oauth_", StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>The signature method in its official spelling; null if it is missing.</summary>
    public static string? MethodOf(OAuthParameters oauth) =>
        oauth["oauth_signature_method"]?.ToUpperInvariant().Replace('_', '-');

    // docs/dialects/ipernity.md, "What differs from the original, and why": an unknown oauth_token gives 107 before the
    // signature is checked, because the check needs the token's secret.
    private async Task<Outcome<(string Secret, ActiveSession? Session)>> TokenAsync(
        Admission admission, string? dialect, string? token, CancellationToken cancellation)
    {
        if (dialect is null || token is null)
            return ("", null);
        if (dialect == IpernityFeature.RequestTokens)
        {
            var secret = await handshakes.SecretOfAsync(dialect, admission.Application.Id, token, cancellation);
            return secret is not null ? (secret, null) : FaultKind.SessionUnusable;
        }

        var check = await sessions.FindAsync(dialect, admission.Application.Id, token, cancellation);
        return check.Succeeded(out var session, out var fault) ? (sessions.SecretOf(session) ?? "", session) : fault;
    }
}
