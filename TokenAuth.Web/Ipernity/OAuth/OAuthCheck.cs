using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>The OAuth parameters of a call, from the Authorization header, the query or the form, and all that is signed.</summary>
internal sealed class OAuthParameters(Call call, IReadOnlyList<Parameter> header)
{
    public Call Call => call;

    public IReadOnlyList<Parameter> Header => header;

    /// <summary>
    /// The header, the query and an urlencoded body (RFC 5849, section 3.4.1.3). A multipart form or an envelope is signed
    /// only where the signature stands in it.
    /// </summary>
    public IReadOnlyList<Parameter> Signed { get; } =
    [
        .. header,
        .. IsIn(header) || IsIn(call.Urlencoded)
            ? call.Urlencoded
            : call.Urlencoded.Concat(call.Parameters).DistinctBy(parameter => parameter.Name, StringComparer.Ordinal),
    ];

    /// <summary>A signed value: what stands in an unsigned part of the call says nothing of OAuth's.</summary>
    public string? this[string name] => Last(header, name) ?? Last(Signed, name);

    private static bool IsIn(IEnumerable<Parameter> parameters) => parameters.Any(parameter => parameter.Name == "oauth_signature");

    private static string? Last(IEnumerable<Parameter> parameters, string name) =>
        parameters.LastOrDefault(parameter => parameter.Name == name) is { Value.Length: > 0 } found ? found.Value : null;
}

/// <summary>OAuth 1.0 (RFC 5849) as ipernity checks it: version, parameters, method, clock, nonce, signature.</summary>
internal sealed class OAuthCheck(
    CallerCheck callers, SessionStore sessions, HandshakeStore handshakes, ReplayGuard replays, ServerUrl url,
    TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(600);

    /// <summary>Calls made at the same time may arrive in the wrong order.</summary>
    private static readonly TimeSpan Reordering = TimeSpan.FromSeconds(5);

    private static readonly string[] Required = ["oauth_consumer_key", "oauth_signature_method", "oauth_signature"];

    /// <summary>Needed for every method but PLAINTEXT, which has nothing to replay that https does not protect.</summary>
    private static readonly string[] RequiredOnce = ["oauth_timestamp", "oauth_nonce"];

    /// <summary>The call's OAuth parameters, or null where it brings none.</summary>
    public static OAuthParameters? Read(Call call)
    {
        var parameters = ReadAll(call);
        return parameters.Header.Count > 0 || call.Parameters.Concat(call.Urlencoded).Any(parameter => parameter.Name.StartsWith("oauth_", StringComparison.Ordinal))
            ? parameters
            : null;
    }

    /// <summary>The call's OAuth parameters, even where there are none.</summary>
    public static OAuthParameters ReadAll(Call call) => new(call, OAuthHeader.Read(call.Header("Authorization")));

    /// <summary>The names of what the call lacks.</summary>
    public static IReadOnlyList<string> Missing(OAuthParameters oauth, bool needsToken)
    {
        var isOnce = MethodOf(oauth) != "PLAINTEXT" || RequiredOnce.Any(name => oauth[name] is not null);
        return [.. Required.Concat(isOnce ? RequiredOnce : []).Concat(needsToken ? ["oauth_token"] : []).Where(name => oauth[name] is null)];
    }

    /// <summary>Checks the call. A call that is refused does not count: anybody can send it.</summary>
    /// <param name="tokenDialect">Whose secret belongs to <c>oauth_token</c>: a session's or a request token's; null where none is sent.</param>
    /// <param name="needsToken">Whether there must be a token.</param>
    /// <returns>The session that the token stands for, where it is a session's.</returns>
    public async Task<Outcome<ActiveSession?>> CheckAsync(
        OAuthParameters oauth, Admission admission, string? tokenDialect, bool needsToken, CancellationToken cancellation)
    {
        // A library that knows the revision of 2009 says 1.0a, although the revision does not.
        if (oauth["oauth_version"] is not (null or "1.0" or "1.0a" or "1.0A"))
            return FaultKind.OAuthVersionUnsupported;
        if (Missing(oauth, needsToken) is { Count: > 0 } missing)
            return new Fault(FaultKind.OAuthParametersMissing, string.Join(", ", missing));
        var method = MethodOf(oauth)!;
        if (method is not ("HMAC-SHA1" or "MD5") && !(method == "PLAINTEXT" && oauth.Call.Secure))
            return FaultKind.OAuthMethodUnsupported;

        var once = oauth["oauth_timestamp"] is null ? null : OnceOf(oauth, admission);
        if (once is not null && await RefusedAsync(once, use: false, cancellation) is { } early)
            return early;

        var token = await TokenAsync(admission, tokenDialect, oauth["oauth_token"], cancellation);
        if (!token.Succeeded(out var known, out var fault))
            return fault;
        string[] baseStrings =
        [
            .. url.OriginsOf(oauth.Call.Request)
                .Select(origin => OAuthSignature.BaseString(oauth.Call.Verb, origin, oauth.Call.Path, oauth.Signed)),
        ];
        if (!callers.IsSigned(
            admission, oauth["oauth_signature"], baseStrings,
            (baseString, consumerSecret) => OAuthSignature.Sign(method, baseString, consumerSecret, known.Secret)!))
            return FaultKind.SignatureWrong;

        if (once is not null && await RefusedAsync(once, use: true, cancellation) is { } late)
        {
            admission.Reject();
            return late;
        }

        return known.Session is { } session ? await sessions.ExtendAsync(session, cancellation) : null;
    }

    /// <summary>A timestamp and a nonce; null as timestamp where it is no plain number.</summary>
    private sealed record Once(DateTimeOffset? Timestamp, string Stream, string Nonce);

    /// <summary>
    /// Timestamps rise for each token; where there is none, for each address, so that one fast clock does not lock out all who
    /// use the same application.
    /// </summary>
    private static Once OnceOf(OAuthParameters oauth, Admission admission)
    {
        var stream = $"{admission.Application.Id}\n{oauth["oauth_token"] ?? $"from {oauth.Call.Address}"}";
        DateTimeOffset? timestamp = ValueGrammars.Number(mostDigits: 11).Matches(oauth["oauth_timestamp"]) ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(oauth["oauth_timestamp"]!)) : null;
        return new Once(timestamp, stream, $"{stream}\n{oauth["oauth_timestamp"]}\n{oauth["oauth_nonce"]}");
    }

    /// <param name="use">
    /// Whether it is used now: only for a call that is signed, so that a stranger cannot use up a nonce. Looking comes first.
    /// </param>
    private async Task<FaultKind?> RefusedAsync(Once once, bool use, CancellationToken cancellation)
    {
        if (once.Timestamp is not { } timestamp)
            return FaultKind.OAuthTimestampLow;
        if ((timestamp - clock.GetUtcNow()).Duration() > Window)
            return FaultKind.OAuthClockSkewed;
        var verdict = use
            ? await replays.UseInOrderAsync(Purpose, once.Stream, timestamp, Reordering, once.Nonce, timestamp + Window + Window, cancellation)
            : await replays.CheckInOrderAsync(Purpose, once.Stream, timestamp, Reordering, once.Nonce, timestamp + Window + Window, cancellation);
        return verdict switch
        {
            ReplayResult.Used => FaultKind.OAuthNonceUsed,
            ReplayResult.OutOfOrder => FaultKind.OAuthTimestampLow,
            _ => null,
        };
    }

    private const string Purpose = "ipernity.oauth";

    private static string? MethodOf(OAuthParameters oauth) => oauth["oauth_signature_method"]?.ToUpperInvariant().Replace('_', '-');

    /// <summary>A token that is not known has no secret to check with, so it is refused as such before the signature is.</summary>
    private async Task<Outcome<(string Secret, ActiveSession? Session)>> TokenAsync(Admission admission, string? dialect, string? token, CancellationToken cancellation)
    {
        if (dialect is null || token is null)
            return ("", null);
        if (dialect == IpernityFeature.RequestTokens)
            return await handshakes.SecretOfAsync(dialect, admission.Application.Id, token, cancellation) is { } kept ? (kept, null) : FaultKind.SessionUnusable;
        var check = await sessions.FindAsync(dialect, admission.Application.Id, token, cancellation);
        return check.Succeeded(out var session, out var fault) ? (sessions.SecretOf(session) ?? "", session) : fault;
    }
}
