using System.Net.Http.Headers;
using System.Text;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Introspection;

/// <summary>
/// <c>POST /introspect</c> (RFC 7662) with HTTP Basic, the API key and the secret. An application sees its own
/// sessions, a service sees all. A session that the caller may not see is reported as inactive, like one that does not
/// exist. Source: docs/introspection.md, "POST /introspect".
/// </summary>
internal sealed class IntrospectEndpoint(
    CallerCheck callers, SessionIntrospection sessions, IEnumerable<ITokenReader> tokens,
    PasswordTransport transport) : IDialectEndpoint
{
    public string Dialect => IntrospectionFeature.Dialect;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        // The caller's secret is sent in clear.
        if (transport.Check(call) is { } insecure)
            return insecure;
        var check = await CallerAsync(call, cancellation);
        if (!check.Succeeded(out var application, out var fault))
            return fault;
        // The token is read from the body only, because logs keep addresses.
        if (call.Posted.LastOrDefault(parameter => parameter.Name == "token") is not { Value: { Length: > 0 } token })
            return new Fault(FaultKind.ParameterMissing, "token");

        // A token that was copied from a cookie may still be percent-encoded.
        var session = await sessions.FindAsync(token, cancellation);
        if (session is null && token.Contains('%', StringComparison.Ordinal))
            session = await sessions.FindAsync(Uri.UnescapeDataString(token), cancellation);
        foreach (var reader in tokens)
            session ??= await reader.FindAsync(token, cancellation);
        var isVisible = session is not null
            && (application.Kind == ApplicationKind.Service
                || session.ApplicationId == application.Id
                || session.Audiences.Contains(application.ApiKey, StringComparer.Ordinal));
        return Json(isVisible ? Describe(session!) : new Value.Record(("active", false)), StatusCodes.Status200OK);
    }

    public IResult Refuse(Call call, Fault fault)
    {
        var (status, error) = fault.Kind switch
        {
            FaultKind.KeyMissing or FaultKind.KeyUnknown or FaultKind.SignatureWrong =>
                (StatusCodes.Status401Unauthorized, "invalid_client"),
            FaultKind.HttpsRequired => (StatusCodes.Status403Forbidden, "invalid_request"),
            FaultKind.AddressRefused => (StatusCodes.Status403Forbidden, "unauthorized_client"),
            FaultKind.QuotaExceeded => (StatusCodes.Status429TooManyRequests, "slow_down"),
            FaultKind.CallTooLarge => (StatusCodes.Status413PayloadTooLarge, "invalid_request"),
            FaultKind.CallCompressed => (StatusCodes.Status415UnsupportedMediaType, "invalid_request"),
            FaultKind.ParameterMissing or FaultKind.CallUnreadable =>
                (StatusCodes.Status400BadRequest, "invalid_request"),
            FaultKind.Internal => (StatusCodes.Status500InternalServerError, "server_error"),
            _ => (StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable"),
        };
        if (status == StatusCodes.Status401Unauthorized)
            call.Response.Headers.WWWAuthenticate = "Basic realm=\"TokenAuth\", charset=\"UTF-8\"";
        return Json(
            fault.Kind == FaultKind.HttpsRequired
                ? new Value.Record(("error", error), ("error_description", "a secret is accepted over https only"))
                : new Value.Record(("error", error)),
            status);
    }

    private async ValueTask<Outcome<Application>> CallerAsync(Call call, CancellationToken cancellation)
    {
        if (!AuthenticationHeaderValue.TryParse(call.Header("Authorization"), out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || Decoded(header.Parameter) is not { } pair)
        {
            return FaultKind.KeyMissing;
        }

        var admitted = await callers.AdmitAsync(pair.Key, call, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
            return fault;
        using var charged = admission;
        return callers.IsSigned(admission, pair.Secret, secret => secret)
            ? admission.Application
            : FaultKind.SignatureWrong;
    }

    /// <summary>
    /// Decodes the credentials. RFC 6749, section 2.3.1, percent-encodes key and secret, but API keys and secrets
    /// contain no character that needs it.
    /// </summary>
    private static (string Key, string Secret)? Decoded(string? parameter)
    {
        var bytes = new byte[(parameter?.Length ?? 0) + 3];
        if (parameter is null
            || !Convert.TryFromBase64String(parameter, bytes, out var length)
            || Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is not [var key, var secret])
        {
            return null;
        }

        return (key, secret);
    }

    private static Value.Record Describe(IntrospectedSession session)
    {
        List<(string, Value)> members = [("active", true), ("dialect", session.Dialect)];
        void Add(string name, string? text)
        {
            if (!string.IsNullOrEmpty(text))
                members.Add((name, text));
        }

        Add("client_id", session.ApiKey);
        if (!session.IsPairwise)
            Add("username", session.Name);
        Add("sub", session.Subject);
        if (session is { IsPairwise: false, AccountId: { } uid })
            members.Add(("uid", uid));
        Add("user_id", session.UserId);
        // docs/introspection.md, "POST /introspect": userId is the same member under its first name.
        Add("userId", session.UserId);
        if (!session.IsPairwise)
            Add("displayName", session.DisplayName);
        Add(session.TokenSubject is null ? "permissions" : "scope", session.Permissions);
        if (session.Audiences is { Count: > 0 } audiences)
            members.Add(("aud", new Value.Repeated([.. audiences.Select(audience => (Value)audience)])));
        Add("ns", session.Namespace);
        Add("role", session.Role?.ToString().ToLowerInvariant());
        Add("bound_ip", session.BoundTo);
        members.Add(("iat", session.CreatedAt.ToUnixTimeSeconds()));
        if (session.ExpiresAt is { } expires)
            members.Add(("exp", expires.ToUnixTimeSeconds()));
        return new Value.Record(members);
    }

    private static TextResult Json(Value value, int status) =>
        new("application/json", JsonFormat.WriteBytes(value), status);
}
