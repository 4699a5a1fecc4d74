using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Pages.Upstream;

namespace TokenAuth.OpenId;

/// <summary>
/// Keeps the authentication middleware from running OpenIddict, and the handler of the upstream provider, for every
/// page. <see cref="OpenIdServer"/> and <see cref="UpstreamSignIn"/> run them for their own addresses.
/// </summary>
internal sealed class OpenIdSchemes(IOptions<AuthenticationOptions> options) : AuthenticationSchemeProvider(options)
{
    public override async Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync() =>
        (await base.GetRequestHandlerSchemesAsync()).Where(
            scheme => scheme.Name is not (OpenIdServer.Scheme or UpstreamServices.Scheme));
}
