using System.Net;
using System.Threading.RateLimiting;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>
/// Identifies the caller of a method: API key, address limit, signature, token, permission. The order is that of
/// docs/dialects/ipernity.md, "Errors".
/// </summary>
internal sealed class IpernityCheck(
    CallerCheck callers, AddressLimit addresses, OAuthCheck oauth, SessionStore sessions)
{
    /// <summary>Runs the checks that the method demands.</summary>
    /// <param name="oauthParameters">The call's OAuth parameters, which replace key, signature and token.</param>
    /// <returns>The caller; null if a method for anyone was called without an API key.</returns>
    public async ValueTask<Outcome<Caller?>> RunAsync(
        IpernityRequest request,
        OAuthParameters? oauthParameters,
        IpernityMethod method,
        CancellationToken cancellation)
    {
        var call = request.Call;
        var key = oauthParameters?["oauth_consumer_key"] ?? call.NonEmpty("api_key");
        if (method.Access == Access.Anyone && string.IsNullOrEmpty(key))
            return addresses.Allows(call.Address) ? (Caller?)null : FaultKind.AddressThrottled;
        var admitted = await callers.AdmitAsync(key, call, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
            return fault;
        using var charged = admission;
        if (!addresses.Allows(call.Address))
            return FaultKind.AddressThrottled;
        if (method.Access < Access.Signature)
        {
            admission.Accept();
            return new ApplicationCaller(admission.Application);
        }

        var token = call.NonEmpty("auth_token");
        ActiveSession? session = null;
        if (oauthParameters is not null)
        {
            var signed = await oauth.CheckAsync(
                oauthParameters, admission, IpernityFeature.Dialect, needsToken: false, cancellation);
            if (!signed.Succeeded(out session, out fault))
                return fault;
            token = oauthParameters["oauth_token"];
        }
        else if (request.PresentedSignature is null)
        {
            return FaultKind.SignatureMissing;
        }
        else if (!callers.IsSigned(admission, request.PresentedSignature, request.Sign))
        {
            return FaultKind.SignatureWrong;
        }
        // docs/dialects/ipernity.md, "What differs from the original, and why".
        else if (!request.IsUnambiguous)
        {
            return request.AmbiguityFault;
        }

        if (method.Access == Access.Token && string.IsNullOrEmpty(token))
            return FaultKind.SessionMissing;
        if (method.Access == Access.Signature || string.IsNullOrEmpty(token))
            return new ApplicationCaller(admission.Application);
        if (session is null)
        {
            var check = await sessions.CheckAsync(
                IpernityFeature.Dialect, admission.Application.Id, token, cancellation);
            if (!check.Succeeded(out session, out fault))
                return fault;
        }

        if (method.Permission is var (area, level) && Permissions.FromStored(session.Permissions)[area] < level)
            return FaultKind.PermissionMissing;
        return new PersonCaller(admission.Application, session, token);
    }
}

/// <summary>Limits calls per address and minute on this node, if the operator has set a limit (error 113).</summary>
internal sealed class AddressLimit(IpernityOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        network => RateLimitPartition.GetFixedWindowLimiter(network, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.CallsPerAddressAndMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    public bool Allows(IPAddress address)
    {
        if (options.CallsPerAddressAndMinute == 0)
            return true;
        using var lease = _limiter.AttemptAcquire(ClientNetwork.Of(address));
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
