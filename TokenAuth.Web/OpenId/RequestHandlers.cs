using System.Collections.Immutable;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenAuth.OpenId;

/// <summary>
/// Refuses what OpenIddict reads as if it were missing: a parameter that occurs twice (RFC 6749, section 3.1), and a
/// <c>max_age</c> that is no number of seconds.
/// </summary>
internal sealed class MalformedRequestHandler : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    /// <summary>The parameters that may occur several times (RFC 8693, section 2.1; RFC 8707).</summary>
    private static readonly string[] Repeatable = [Parameters.Audience, Parameters.Resource];

    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.Request is not { } request)
            return ValueTask.CompletedTask;
        foreach (var (name, value) in request.GetParameters())
        {
            if (value.Count > 1 && !Repeatable.Contains(name, StringComparer.Ordinal))
            {
                context.Reject(Errors.InvalidRequest, $"The parameter '{Shown(name)}' occurs more than once.");
                return ValueTask.CompletedTask;
            }
        }

        var isWrong = (string?)request[Parameters.MaxAge] is { } age
            && !(age.Length <= 10 && age.All(char.IsAsciiDigit) && age.Length > 0);
        if (isWrong)
            context.Reject(Errors.InvalidRequest, "The parameter 'max_age' is a number of seconds.");
        return ValueTask.CompletedTask;
    }

    /// <summary>Returns the name as far as RFC 6749, section 5.2, allows it in a description.</summary>
    private static string Shown(string name) =>
        name.Length <= 50 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? name : "?";
}

/// <summary>
/// A refresh may ask for fewer scopes. That holds for the new access token only: the new refresh token has all scopes,
/// as before (RFC 6749, section 6).
/// </summary>
internal sealed class NarrowedScopeHandler : IOpenIddictServerHandler<ProcessSignInContext>
{
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType == OpenIddictServerEndpointType.Token
            && context.Request.IsRefreshTokenGrantType()
            && context.Request.GetScopes() is { Length: > 0 } narrowed)
        {
            context.AccessTokenPrincipal?.SetScopes(narrowed);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Adds to the discovery document what OpenIddict does not know: public applications, the languages of the pages, and
/// the documentation.
/// </summary>
internal sealed class MetadataHandler(ServerUrl url) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.TokenEndpointAuthenticationMethods.Add("none");
        context.DeviceAuthorizationEndpointAuthenticationMethods.Add("none");
        context.PushedAuthorizationEndpointAuthenticationMethods.Add("none");
        context.RevocationEndpointAuthenticationMethods.Add("none");
        var languages = Language.All.Select(language => (string?)language.Code);
        context.Metadata["ui_locales_supported"] = new OpenIddictParameter(ImmutableArray.CreateRange(languages));
        if (url.Public is { } address)
            context.Metadata["service_documentation"] = address + "/docs/openid";
        return ValueTask.CompletedTask;
    }
}
