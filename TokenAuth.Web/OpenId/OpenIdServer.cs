using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.OpenId;

/// <summary>
/// Runs OpenIddict for one request. It is no middleware: endpoints and pages call it, so that no other address passes
/// it.
/// </summary>
internal sealed class OpenIdServer(ServerUrl url, SigningKeys keys)
{
    public const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>
    /// Tells whether a request can be answered. The issuer must be stable, so it is the public address. Without one,
    /// only programs on the same machine are answered, for development.
    /// </summary>
    public bool Serves(HttpRequest request) => url.IsKnown(request);

    /// <summary>
    /// Reads and checks a request. Returns true if it was answered; otherwise the caller answers it, or OpenIddict's
    /// response has an error to show.
    /// </summary>
    public async Task<bool> AnswersAsync(HttpContext context)
    {
        await keys.RefreshAsync(context.RequestAborted);
        context.RequestServices.GetRequiredService<RequestCaller>().Address = context.CallerAddress;
        var handlers = context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        var verb = context.Request.Method;
        if (HttpMethods.IsHead(verb))
            context.Request.Method = HttpMethods.Get; // which OpenIddict serves; the server sends no body anyway
        try
        {
            return await url.AsPublicAsync(context.Request, async () =>
            {
                var handler = await handlers.GetHandlerAsync(context, Scheme);
                return await ((IAuthenticationRequestHandler)handler!).HandleRequestAsync();
            });
        }
        finally
        {
            context.Request.Method = verb;
        }
    }

    /// <summary>Describes a refused request to the person who followed its link. Its details are in English.</summary>
    public static Text Problem(OpenIddictResponse refused) =>
        new Text("The request of the application is not valid: {0}", refused.ErrorDescription ?? refused.Error ?? "");

    /// <summary>Returns the properties with which OpenIddict refuses a request.</summary>
    /// <param name="error">The code of the specification.</param>
    public static AuthenticationProperties Refusal(string error, string description) => new(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        });
}
