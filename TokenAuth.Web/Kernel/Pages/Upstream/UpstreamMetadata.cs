using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Pages.Upstream;

/// <summary>
/// Reads the provider's metadata (OpenID Connect Discovery), and refuses metadata of another issuer or with addresses
/// that are not https.
/// </summary>
internal sealed class UpstreamMetadata(string issuer) : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
        string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var metadata = await OpenIdConnectConfigurationRetriever.GetAsync(address, retriever, cancel);
        if (metadata.Issuer != issuer)
            throw new InvalidDataException("The metadata is that of another issuer.");
        string?[] addresses =
        [
            metadata.AuthorizationEndpoint, metadata.TokenEndpoint, metadata.JwksUri, metadata.UserInfoEndpoint,
            metadata.PushedAuthorizationRequestEndpoint,
        ];
        if (addresses.Any(one => !string.IsNullOrEmpty(one) && !IsUsable(one)))
            throw new InvalidDataException("An address in the metadata is not https.");
        return metadata;
    }

    /// <summary>A provider on this machine may use http.</summary>
    private bool IsUsable(string address) =>
        WebAddress.Read(address) is { } url
        && (url.Scheme == Uri.UriSchemeHttps
            || (UpstreamSettings.IsLoopback(url) && UpstreamSettings.IsLoopback(new Uri(issuer))));
}
