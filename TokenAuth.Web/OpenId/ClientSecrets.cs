using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.OpenId;

/// <summary>Compares the secret of an application with those that are valid now, in constant time.</summary>
internal sealed class ClientSecrets(
    IOpenIddictApplicationCache<Application> cache, ILogger<OpenIddictApplicationManager<Application>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<Application> store,
    ApplicationDirectory directory) : OpenIddictApplicationManager<Application>(cache, logger, options, store)
{
    public override ValueTask<bool> ValidateClientSecretAsync(
        Application application, string secret, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(
            !application.IsPublic
            && Signature.Matches(secret, directory.SecretsOf(application), valid => valid));
}
