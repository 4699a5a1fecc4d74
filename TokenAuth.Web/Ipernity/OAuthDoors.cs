using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Kernel.Signing;
using TokenAuth.Kernel.Tokens;

namespace TokenAuth.Ipernity;

/// <summary>
/// OAuth 1.0's two doors for applications: <c>/apps/oauth/request</c> opens a handshake, <c>/apps/oauth/access</c> exchanges it.
/// Answers are form-encoded; a refusal is the number and the sentence as plain text, and mostly a 401.
/// </summary>
internal sealed class OAuthDoors(DialectBoundary boundary, IpernityCallers admissions, OAuthCheck oauth, Handshakes handshakes)
{
    public Task<IResult> RequestAsync(HttpContext context) => RunAsync(context, async (call, parameters, admission) =>
    {
        var check = await oauth.CheckAsync(parameters, admission, tokenDialect: null, needsToken: false, context.RequestAborted);
        if (!check.Succeeded(out _, out var fault))
            return fault;

        var token = IpernityMethods.NewText(admission.Application.Id);
        var secret = TokenText.Hex(32);
        var callback = parameters["oauth_callback"];
        await handshakes.OpenAsync(
            new NewHandshake(
                IpernityFeature.RequestTokens, token, admission.Application.Id, IpernityMethods.FrobLifetime, SessionLifetime: null, SessionSlides: false,
                call.Address, Secret: secret, Callback: callback is { Length: > 2000 } ? null : callback),
            context.RequestAborted);
        return Tokens(token, secret, callback is null ? "" : "&oauth_callback_confirmed=true");
    });

    public Task<IResult> AccessAsync(HttpContext context) => RunAsync(context, async (call, parameters, admission) =>
    {
        var check = await oauth.CheckAsync(parameters, admission, IpernityFeature.RequestTokens, needsToken: true, context.RequestAborted);
        if (!check.Succeeded(out _, out var fault))
            return fault;

        var exchange = await handshakes.ExchangeAsync(
            IpernityFeature.RequestTokens, admission.Application.Id, parameters["oauth_token"]!, IpernityMethods.NewText(admission.Application.Id), TokenText.Hex(32),
            call.Address, context.RequestAborted, sessionDialect: IpernityFeature.Dialect);
        if (exchange.Succeeded(out var session, out fault))
            return Tokens(session.Text, session.Secret!, "");
        return fault.Kind == FaultKind.HandshakeUnusable ? FaultKind.SessionUnusable : fault;
    });

    private Task<IResult> RunAsync(HttpContext context, Func<Call, OAuthParameters, Admission, Task<Outcome<IResult>>> answer) => boundary.RunAsync(
        IpernityFeature.Dialect, context,
        async call =>
        {
            var parameters = OAuthCheck.ReadAll(call);
            if (parameters["oauth_consumer_key"] is null)
                return new Fault(FaultKind.OAuthParametersMissing, string.Join(", ", OAuthCheck.Missing(parameters, needsToken: false)));
            var admitted = await admissions.AdmitAsync(parameters["oauth_consumer_key"], call, context.RequestAborted);
            return admitted.Succeeded(out var admission, out var fault) ? await answer(call, parameters, admission) : fault;
        },
        (_, fault) =>
        {
            var (code, message) = IpernityFaults.Of(fault, Door.Rest);
            var status = fault.Kind switch
            {
                FaultKind.CallTooLarge => StatusCodes.Status413PayloadTooLarge,
                FaultKind.CallCompressed => StatusCodes.Status415UnsupportedMediaType,
                FaultKind.Internal => StatusCodes.Status500InternalServerError,
                FaultKind.Maintenance or FaultKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status401Unauthorized,
            };
            if (status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "OAuth realm=\"TokenAuth\"";
            return new TextResult("text/plain; charset=utf-8", $"{code} {message}", status);
        });

    private static Outcome<IResult> Tokens(string token, string secret, string more) => Outcome<IResult>.Of(
        new TextResult("application/x-www-form-urlencoded; charset=utf-8", $"oauth_token={OAuthSignature.Encode(token)}&oauth_token_secret={OAuthSignature.Encode(secret)}{more}"));
}
