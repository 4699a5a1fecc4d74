using System.Text;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Signing;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Ipernity;

/// <summary>
/// OAuth 1.0's two doors for applications: <c>/apps/oauth/request</c> opens a handshake, <c>/apps/oauth/access</c> exchanges it.
/// Answers are form-encoded; a refusal is a 401 with the number and the sentence as plain text.
/// </summary>
internal sealed class OAuthDoors(DialectBoundary boundary, CallerCheck callers, AddressLimit addresses, OAuthCheck oauth, Handshakes handshakes)
{
    public Task<IResult> RequestAsync(HttpContext context) => RunAsync(context, async (call, parameters, admission) =>
    {
        var check = await oauth.CheckAsync(parameters, admission, tokenDialect: null, context.RequestAborted);
        if (!check.Succeeded(out _, out var fault))
            return fault;

        var token = IpernityMethods.NewText(admission.Application.Id);
        var secret = TokenText.Hex(32);
        var callback = parameters["oauth_callback"];
        await handshakes.OpenAsync(
            new NewHandshake(
                IpernityFeature.RequestTokens, token, admission.Application.Id, IpernityMethods.FrobLifetime, SessionLifetime: null, SessionSlides: false,
                call.Address, Secret: secret, Callback: callback is null or "oob" or { Length: > 2000 } ? null : callback),
            context.RequestAborted);
        return Tokens(token, secret, callback is null ? "" : "&oauth_callback_confirmed=true");
    });

    public Task<IResult> AccessAsync(HttpContext context) => RunAsync(context, async (call, parameters, admission) =>
    {
        if (parameters["oauth_token"] is not { } requestToken)
        {
            callers.Disown(admission);
            return new Fault(FaultKind.OAuthParametersMissing, "oauth_token");
        }

        var check = await oauth.CheckAsync(parameters, admission, IpernityFeature.RequestTokens, context.RequestAborted);
        if (!check.Succeeded(out _, out var fault))
            return fault;

        var exchange = await handshakes.ExchangeAsync(
            IpernityFeature.RequestTokens, admission.Application.Id, requestToken, IpernityMethods.NewText(admission.Application.Id), TokenText.Hex(32),
            call.Address, context.RequestAborted, sessionDialect: IpernityFeature.Dialect);
        return exchange.Succeeded(out var session, out fault) ? Tokens(session.Text, session.Secret!, "") : FaultKind.SessionUnusable;
    });

    private Task<IResult> RunAsync(HttpContext context, Func<Call, OAuthParameters, Admission, Task<Outcome<IResult>>> answer) => boundary.RunAsync(
        IpernityFeature.Dialect, context,
        async call =>
        {
            if (OAuthCheck.Read(call) is not { } parameters)
                return new Fault(FaultKind.OAuthParametersMissing, "oauth_consumer_key");
            var admitted = await callers.AdmitAsync(parameters["oauth_consumer_key"], call.Address, bindsAddress: _ => true, context.RequestAborted);
            if (!admitted.Succeeded(out var admission, out var fault))
                return fault;
            if (addresses.Allows(call.Address))
                return await answer(call, parameters, admission);
            callers.Disown(admission);
            return FaultKind.AddressThrottled;
        },
        (_, fault) =>
        {
            var (code, message) = IpernityFaults.Of(fault, Door.Rest);
            var status = fault.Kind is FaultKind.Internal or FaultKind.Maintenance or FaultKind.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized;
            return Results.Text($"{code} {message}", "text/plain", Encoding.UTF8, status);
        });

    private static Outcome<IResult> Tokens(string token, string secret, string more) => Outcome<IResult>.Of(
        Results.Text($"oauth_token={OAuthSignature.Encode(token)}&oauth_token_secret={OAuthSignature.Encode(secret)}{more}", "application/x-www-form-urlencoded", Encoding.UTF8));
}
