using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity.OAuth;

/// <summary>A step of OAuth 1.0's handshake that the application takes.</summary>
internal enum OAuthStep
{
    /// <summary>Opens a handshake: <c>/apps/oauth/request</c>.</summary>
    Request,

    /// <summary>Exchanges a confirmed handshake: <c>/apps/oauth/access</c>.</summary>
    Access,
}

/// <summary>
/// OAuth 1.0's endpoint for one step. Answers are form-encoded; a refusal is the number and the sentence as plain text,
/// usually with status 401. Source: docs/dialects/ipernity.md, "A handshake" and "Errors".
/// </summary>
internal sealed class OAuthEndpoint(
    OAuthStep step,
    CallerCheck callers,
    AddressLimit addresses,
    OAuthCheck oauth,
    HandshakeStore handshakes) : IDialectEndpoint
{
    /// <summary>
    /// The callback of an application that has none: the page shows the verifier for the person to copy.
    /// </summary>
    public const string OutOfBand = "oob";

    public const string VerifierName = "oauth_verifier";

    public string Dialect => IpernityFeature.Dialect;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        var parameters = OAuthCheck.ReadAll(call);
        if (parameters["oauth_consumer_key"] is null)
        {
            var missing = OAuthCheck.Missing(parameters, needsToken: false);
            return new Fault(FaultKind.OAuthParametersMissing, string.Join(", ", missing));
        }

        var admitted = await callers.AdmitAsync(
            parameters["oauth_consumer_key"], call, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
            return fault;
        using var charged = admission;
        if (!addresses.Allows(call.Address))
            return FaultKind.AddressThrottled;
        var check = await oauth.CheckAsync(
            parameters,
            admission,
            tokenDialect: step == OAuthStep.Access ? IpernityFeature.RequestTokens : null,
            needsToken: step == OAuthStep.Access,
            cancellation);
        if (!check.Succeeded(out _, out fault))
            return fault;
        return step == OAuthStep.Access
            ? await ExchangeAsync(parameters, admission.Application, cancellation)
            : await OpenAsync(parameters, admission.Application, cancellation);
    }

    public IResult Refuse(Call call, Fault fault)
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
            call.Response.Headers.WWWAuthenticate = "OAuth realm=\"TokenAuth\""
                + (IpernityFaults.ProblemOf(fault.Kind) is { } problem ? $", oauth_problem=\"{problem}\"" : "");
        }

        return new TextResult("text/plain; charset=utf-8", $"{code} {message}", status);
    }

    public FaultReport Report(Call call, Fault fault) => new(
        step == OAuthStep.Request ? "oauth/request" : "oauth/access",
        $"{IpernityFaults.Of(fault, Binding.Rest).Code}",
        IpernityFaults.ParameterOf(fault, isOAuth: true));

    private async ValueTask<Outcome<IResult>> OpenAsync(
        OAuthParameters parameters, Application application, CancellationToken cancellation)
    {
        var token = IpernityMethods.NewText(application.Id);
        var secret = RandomToken.Hex(32);
        var callback = parameters["oauth_callback"];
        if (callback is not null && !IsAccepted(callback, application))
            return FaultKind.CallbackRefused;
        await handshakes.OpenAsync(
            new NewHandshake(
                IpernityFeature.RequestTokens,
                token,
                application.Id,
                IpernityMethods.FrobLifetime,
                SessionLifetime: null,
                SessionSlides: false,
                parameters.Call.Address,
                Secret: secret,
                Callback: callback),
            cancellation);
        return Tokens(token, secret, callback is null ? "" : "&oauth_callback_confirmed=true");
    }

    private async ValueTask<Outcome<IResult>> ExchangeAsync(
        OAuthParameters parameters, Application application, CancellationToken cancellation)
    {
        var exchange = await handshakes.ExchangeAsync(
            IpernityFeature.RequestTokens,
            application.Id,
            parameters["oauth_token"]!,
            IpernityMethods.NewText(application.Id),
            RandomToken.Hex(32),
            parameters.Call.Address,
            cancellation,
            IpernityFeature.Dialect,
            parameters[VerifierName]);
        if (exchange.Succeeded(out var session, out var fault))
            return Tokens(session.Text, session.Secret!, "");
        return fault.Kind switch
        {
            FaultKind.HandshakeUnusable => FaultKind.SessionUnusable,
            FaultKind.VerifierWrong when parameters[VerifierName] is null =>
                new Fault(FaultKind.OAuthParametersMissing, VerifierName),
            _ => fault,
        };
    }

    // docs/dialects/ipernity.md, "A handshake": oob, the registered callback or a URL below it; all else is refused.
    private static bool IsAccepted(string callback, Application application) =>
        callback == OutOfBand
        || (application.Callback is { } registered
            && CallbackUrl.Accepts(registered, callback, "oauth_token", VerifierName, "error"));

    private static TextResult Tokens(string token, string secret, string more) => new(
        "application/x-www-form-urlencoded; charset=utf-8",
        $"oauth_token={Uri.EscapeDataString(token)}&oauth_token_secret={Uri.EscapeDataString(secret)}{more}");
}
