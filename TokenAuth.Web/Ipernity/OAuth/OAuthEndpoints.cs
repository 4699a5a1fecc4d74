using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>
/// OAuth 1.0's two endpoints for applications: <c>/apps/oauth/request</c> opens a handshake, <c>/apps/oauth/access</c>
/// exchanges it. Answers are form-encoded; a refusal is the number and the sentence as plain text, usually with status
/// 401. Source: docs/dialects/ipernity.md, "A handshake" and "Errors".
/// </summary>
internal sealed class OAuthEndpoints(
    DialectPipeline pipeline,
    CallerCheck callers,
    AddressLimit addresses,
    OAuthCheck oauth,
    HandshakeStore handshakes)
{
    /// <summary>
    /// The callback of an application that has none: the page shows the verifier for the person to copy.
    /// </summary>
    public const string OutOfBand = "oob";

    public const string VerifierName = "oauth_verifier";

    public Task<IResult> RequestAsync(HttpContext context) => RunAsync(context, async (call, parameters, admission) =>
    {
        var check = await oauth.CheckAsync(
            parameters, admission, tokenDialect: null, needsToken: false, context.RequestAborted);
        if (!check.Succeeded(out _, out var fault))
            return fault;

        var token = IpernityMethods.NewText(admission.Application.Id);
        var secret = RandomToken.Hex(32);
        var callback = parameters["oauth_callback"];
        if (callback is not null && !IsAccepted(callback, admission.Application))
            return FaultKind.CallbackRefused;
        await handshakes.OpenAsync(
            new NewHandshake(
                IpernityFeature.RequestTokens,
                token,
                admission.Application.Id,
                IpernityMethods.FrobLifetime,
                SessionLifetime: null,
                SessionSlides: false,
                call.Address,
                Secret: secret,
                Callback: callback),
            context.RequestAborted);
        return Tokens(token, secret, callback is null ? "" : "&oauth_callback_confirmed=true");
    });

    public Task<IResult> AccessAsync(HttpContext context) => RunAsync(context, async (call, parameters, admission) =>
    {
        var check = await oauth.CheckAsync(
            parameters, admission, IpernityFeature.RequestTokens, needsToken: true, context.RequestAborted);
        if (!check.Succeeded(out _, out var fault))
            return fault;

        var exchange = await handshakes.ExchangeAsync(
            IpernityFeature.RequestTokens,
            admission.Application.Id,
            parameters["oauth_token"]!,
            IpernityMethods.NewText(admission.Application.Id),
            RandomToken.Hex(32),
            call.Address,
            context.RequestAborted,
            IpernityFeature.Dialect,
            parameters[VerifierName]);
        if (exchange.Succeeded(out var session, out fault))
            return Tokens(session.Text, session.Secret!, "");
        return fault.Kind switch
        {
            FaultKind.HandshakeUnusable => FaultKind.SessionUnusable,
            FaultKind.VerifierWrong when parameters[VerifierName] is null =>
                new Fault(FaultKind.OAuthParametersMissing, VerifierName),
            _ => fault,
        };
    });

    // docs/dialects/ipernity.md, "A handshake": oob, the registered callback or a URL below it; all else is refused.
    private static bool IsAccepted(string callback, Application application) =>
        callback == OutOfBand
        || (application.Callback is { } registered
            && CallbackUrl.Accepts(registered, callback, "oauth_token", VerifierName, "error"));

    private Task<IResult> RunAsync(
        HttpContext context,
        Func<Call, OAuthParameters, Admission, Task<Outcome<IResult>>> answer) => pipeline.RunAsync(
        IpernityFeature.Dialect, context,
        async call =>
        {
            var parameters = OAuthCheck.ReadAll(call);
            if (parameters["oauth_consumer_key"] is null)
            {
                var missing = OAuthCheck.Missing(parameters, needsToken: false);
                return new Fault(FaultKind.OAuthParametersMissing, string.Join(", ", missing));
            }

            var admitted = await callers.AdmitAsync(
                parameters["oauth_consumer_key"], call.Address, bindsAddress: _ => true, context.RequestAborted);
            if (!admitted.Succeeded(out var admission, out var fault))
                return fault;
            using var charged = admission;
            return addresses.Allows(call.Address)
                ? await answer(call, parameters, admission)
                : FaultKind.AddressThrottled;
        },
        (_, fault) =>
        {
            var (code, message) = IpernityFaults.Of(fault, Binding.Rest);
            var status = fault.Kind switch
            {
                FaultKind.CallTooLarge => StatusCodes.Status413PayloadTooLarge,
                FaultKind.CallCompressed => StatusCodes.Status415UnsupportedMediaType,
                FaultKind.Internal => StatusCodes.Status500InternalServerError,
                FaultKind.Maintenance or FaultKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status401Unauthorized,
            };
            if (status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "OAuth realm=\"TokenAuth\""
                    + (IpernityFaults.ProblemOf(fault.Kind) is { } problem ? $", oauth_problem=\"{problem}\"" : "");
            }

            return new TextResult("text/plain; charset=utf-8", $"{code} {message}", status);
        });

    private static Outcome<IResult> Tokens(string token, string secret, string more) => Outcome<IResult>.Of(
        new TextResult(
            "application/x-www-form-urlencoded; charset=utf-8",
            $"oauth_token={Uri.EscapeDataString(token)}&oauth_token_secret={Uri.EscapeDataString(secret)}{more}"));
}
