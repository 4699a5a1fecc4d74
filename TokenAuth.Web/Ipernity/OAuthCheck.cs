using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Signing;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Ipernity;

/// <summary>The OAuth parameters of a call, from the Authorization header, the query or the form, and all that is signed.</summary>
internal sealed class OAuthParameters(Call call, IReadOnlyList<Parameter> header)
{
    public Call Call => call;

    /// <summary>
    /// The header, the query and an urlencoded body (RFC 5849, section 3.4.1.3). A multipart form or an envelope is signed
    /// only where the signature stands in it.
    /// </summary>
    public IEnumerable<Parameter> Signed =>
        header.Concat(IsIn(header) || IsIn(call.Urlencoded) ? call.Urlencoded : call.Urlencoded.Concat(call.Parameters).DistinctBy(parameter => parameter.Name, StringComparer.Ordinal));

    public string? this[string name] => Last(header, name) ?? call.NonEmpty(name) ?? Last(call.Urlencoded, name);

    private static bool IsIn(IEnumerable<Parameter> parameters) => parameters.Any(parameter => parameter.Name == "oauth_signature");

    private static string? Last(IEnumerable<Parameter> parameters, string name) =>
        parameters.LastOrDefault(parameter => parameter.Name == name) is { Value.Length: > 0 } found ? found.Value : null;
}

/// <summary>OAuth 1.0 (RFC 5849) as ipernity checks it: version, parameters, method, clock, nonce, signature.</summary>
internal sealed class OAuthCheck(CallerCheck callers, Sessions sessions, Handshakes handshakes, ReplayGuard replays, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(600);

    /// <summary>Calls made at the same time may arrive in the wrong order.</summary>
    private static readonly TimeSpan Reordering = TimeSpan.FromSeconds(5);

    private static readonly string[] Required = ["oauth_consumer_key", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce"];

    /// <summary>The call's OAuth parameters, or null where it brings none.</summary>
    public static OAuthParameters? Read(Call call)
    {
        const string scheme = "OAuth ";
        var header = new List<Parameter>();
        if (call.Header("Authorization") is { } authorization && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            foreach (var part in authorization[scheme.Length..].Split(','))
            {
                var equals = part.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0 && part[..equals].Trim() is var name && !name.Equals("realm", StringComparison.OrdinalIgnoreCase))
                    header.Add(new Parameter(Decode(name), Decode(part[(equals + 1)..].Trim().Trim('"'))));
            }
        }

        var parameters = new OAuthParameters(call, header);
        return header.Count > 0 || call.Parameters.Concat(call.Urlencoded).Any(parameter => parameter.Name.StartsWith("oauth_", StringComparison.Ordinal)) ? parameters : null;
    }

    /// <summary>Checks the call; one that is refused costs the application nothing of its quota, since anybody can send it.</summary>
    /// <param name="tokenDialect">Whose secret belongs to <c>oauth_token</c>: a session's or a request token's; null where none is sent.</param>
    public async Task<Outcome<bool>> CheckAsync(OAuthParameters oauth, Admission admission, string? tokenDialect, CancellationToken cancellation)
    {
        var check = await PassesAsync(oauth, admission, tokenDialect, cancellation);
        // A wrong signature has given its call back already.
        if (!check.Succeeded(out _, out var fault) && fault.Kind != FaultKind.SignatureWrong)
            callers.Disown(admission);
        return check;
    }

    private async Task<Outcome<bool>> PassesAsync(OAuthParameters oauth, Admission admission, string? tokenDialect, CancellationToken cancellation)
    {
        // A library that knows the revision of 2009 says 1.0a, although the revision does not.
        if (oauth["oauth_version"] is not (null or "1.0" or "1.0a" or "1.0A"))
            return FaultKind.OAuthVersionUnsupported;
        var missing = Required.Where(name => oauth[name] is null).ToList();
        if (missing.Count > 0)
            return new Fault(FaultKind.OAuthParametersMissing, string.Join(", ", missing));
        var method = oauth["oauth_signature_method"]!.ToUpperInvariant().Replace('_', '-');
        if (method is not ("HMAC-SHA1" or "MD5") && !(method == "PLAINTEXT" && oauth.Call.Secure))
            return FaultKind.OAuthMethodUnsupported;

        var now = clock.GetUtcNow();
        if (!Grammars.Number(mostDigits: 11).Fits(oauth["oauth_timestamp"]))
            return FaultKind.OAuthTimestampLow;
        var timestamp = DateTimeOffset.FromUnixTimeSeconds(long.Parse(oauth["oauth_timestamp"]!));
        if ((timestamp - now).Duration() > Window)
            return FaultKind.OAuthClockSkewed;

        // What was used is recorded only for a call that is signed, so that a stranger cannot use up a nonce; looking comes first.
        // Timestamps rise for each token; where there is none, for each address, so that one fast clock does not lock out all
        // who use the same application.
        var token = oauth["oauth_token"];
        var stream = $"{admission.Application.Id}\n{token ?? $"from {oauth.Call.Address}"}";
        var nonce = $"{stream}\n{oauth["oauth_timestamp"]}\n{oauth["oauth_nonce"]}";
        if (Refused(await replays.LookInOrderAsync(Purpose, stream, timestamp, Reordering, nonce, cancellation)) is { } early)
            return early;

        var tokenSecret = await TokenSecretAsync(admission, tokenDialect, token, cancellation);
        if (!tokenSecret.Succeeded(out var secret, out var fault))
            return fault;
        var baseString = OAuthSignature.BaseString(
            oauth.Call.Verb, oauth.Call.Secure ? "https" : "http", oauth.Call.Host.Value ?? "", oauth.Call.Path, oauth.Signed);
        if (!callers.IsSigned(admission, oauth["oauth_signature"], consumerSecret => OAuthSignature.Sign(method, baseString, consumerSecret, secret)!))
            return FaultKind.SignatureWrong;

        return Refused(await replays.UseInOrderAsync(Purpose, stream, timestamp, Reordering, nonce, timestamp + Window + Window, cancellation)) is { } late
            ? late
            : true;
    }

    private const string Purpose = "ipernity.oauth";

    private static FaultKind? Refused(ReplayVerdict verdict) => verdict switch
    {
        ReplayVerdict.Used => FaultKind.OAuthNonceUsed,
        ReplayVerdict.OutOfOrder => FaultKind.OAuthTimestampLow,
        _ => null,
    };

    /// <summary>A token that is not known has no secret to check with, so it is refused as such before the signature is.</summary>
    private async Task<Outcome<string>> TokenSecretAsync(Admission admission, string? dialect, string? token, CancellationToken cancellation)
    {
        if (dialect is null || token is null)
            return "";
        if (dialect == IpernityFeature.RequestTokens)
            return await handshakes.SecretOfAsync(dialect, admission.Application.Id, token, cancellation) is { } kept ? kept : FaultKind.SessionUnusable;
        var check = await sessions.CheckAsync(dialect, admission.Application.Id, token, cancellation);
        return check.Succeeded(out var session, out var fault) ? sessions.SecretOf(session) ?? "" : fault;
    }

    /// <summary>Unlike in a form, a plus is a plus.</summary>
    private static string Decode(string text) => Uri.UnescapeDataString(text);
}
