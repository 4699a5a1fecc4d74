using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Kernel.Pages.Upstream;

/// <summary>
/// Adds to the handler's checks what it leaves open: the issuer in the answer (RFC 9207), the browser and the single
/// use of each trip. Hands the result to <see cref="UpstreamSignIn"/> instead of signing in.
/// </summary>
internal sealed class UpstreamEvents(UpstreamFlows flows, TokenAuthOptions options, ServerUrl url) : OpenIdConnectEvents
{
    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        context.ProtocolMessage.RedirectUri = url.Absolute(context.Request, UpstreamServices.Path);
        context.ProtocolMessage.UiLocales = CultureInfo.CurrentUICulture.Name;
        return Task.CompletedTask;
    }

    /// <summary>
    /// Refuses an answer that names another issuer. If the provider promises to name itself, an answer without a name
    /// is refused as well.
    /// </summary>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var issuer = context.ProtocolMessage.GetParameter("iss");
        var metadata = await context.Options.ConfigurationManager!.GetConfigurationAsync(
            context.HttpContext.RequestAborted);
        if (issuer is null ? metadata.AuthorizationResponseIssParameterSupported : issuer != options.Upstream.Issuer)
            context.Fail("The answer is that of another issuer.");
    }

    public override async Task AuthorizationCodeReceived(AuthorizationCodeReceivedContext context)
    {
        if (await flows.UseAsync(context.HttpContext, UpstreamFlow.Of(context.Properties)) is { } problem)
            context.Fail($"The sign-in cannot end here: {problem}.");
    }

    /// <summary>
    /// Refuses an identity token without a signature, which the handler accepts from the token endpoint.
    /// </summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        if (context.TokenEndpointResponse?.IdToken is not [.., not '.'])
            context.Fail("The identity token has no signature.");
        return Task.CompletedTask;
    }

    public override Task TicketReceived(TicketReceivedContext context)
    {
        var (flow, person) = (UpstreamFlow.Of(context.Properties), context.Principal!);
        var identity = Read(person, options.Upstream.Issuer!);
        var problem = flow is null || identity is null ? UpstreamProblem.Failed
            : flow.NeedsProof && !(identity.ProvedAt >= flow.BegunAt - UpstreamSignIn.Skew) ? UpstreamProblem.NotFresh
            : (UpstreamProblem?)null;
        context.HttpContext.Features.Set(
            new UpstreamAnswer(flow, problem is null ? identity : null, problem));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    public override Task AccessDenied(AccessDeniedContext context) =>
        RefuseAsync(context, context.Properties, UpstreamProblem.Cancelled, why: null);

    public override Task RemoteFailure(RemoteFailureContext context) =>
        RefuseAsync(
            context,
            context.Properties,
            UpstreamSignIn.IsUnavailable(context.Failure) ? UpstreamProblem.Unavailable : UpstreamProblem.Failed,
            context.Failure);

    private static Task RefuseAsync(
        HandleRequestContext<RemoteAuthenticationOptions> context, AuthenticationProperties? properties,
        UpstreamProblem problem, Exception? why)
    {
        context.HttpContext.Features.Set(
            new UpstreamAnswer(UpstreamFlow.Of(properties), Identity: null, problem) { Why = why });
        context.HandleResponse();
        return Task.CompletedTask;
    }

    /// <summary>Reads the claims. Null if the subject is missing or too long.</summary>
    private static UpstreamIdentity? Read(ClaimsPrincipal person, string issuer)
    {
        if (person.FindFirstValue("sub") is not { Length: > 0 and <= AccountIdentity.MaxSubjectLength } subject)
            return null;
        string? Text(string claim) =>
            person.FindFirstValue(claim) is { Length: > 0 and <= AccountIdentity.MaxNameLength } text
            && OneLine.Is(text) && !string.IsNullOrWhiteSpace(text) ? text : null;
        var name = Text("preferred_username") ?? Text("email") ?? Text("name") ?? OneLine.Of(subject);
        return new UpstreamIdentity(
            issuer, subject, name.Length > AccountIdentity.MaxNameLength ? name[..AccountIdentity.MaxNameLength] : name)
        {
            Login = Text("preferred_username"),
            Email = Text("email"),
            DisplayName = Text("name"),
            ProvedAt = long.TryParse(
                person.FindFirstValue("auth_time"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds < 1L << 36
                ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        };
    }
}
