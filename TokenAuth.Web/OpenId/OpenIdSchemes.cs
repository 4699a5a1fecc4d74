using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace TokenAuth.OpenId;

/// <summary>
/// Keeps the authentication middleware from running OpenIddict for every page. <see cref="OpenIdServer"/> runs it for
/// its own addresses.
/// </summary>
internal sealed class OpenIdSchemes(IOptions<AuthenticationOptions> options) : AuthenticationSchemeProvider(options)
{
    public override async Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync() =>
        (await base.GetRequestHandlerSchemesAsync()).Where(scheme => scheme.Name != OpenIdServer.Scheme);
}
