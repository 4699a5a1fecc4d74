using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Calls;

/// <summary>Registers the dialects that the server serves.</summary>
internal static class DialectServices
{
    /// <summary>Registers the services of each dialect, and the words that all of them have.</summary>
    public static IServiceCollection AddDialects(
        this IServiceCollection services, IReadOnlyList<IDialect> dialects, IConfiguration configuration)
    {
        foreach (var dialect in dialects)
            dialect.Add(services, configuration);
        services.AddSingleton(provider => new ServedDialects(dialects, provider.GetServices<ITrialSignIn>()));
        services.AddSingleton<OwnCalls>();
        return services.AddSingleton(new PermissionWords(dialects));
    }
}

/// <summary>Describes the permissions of consents in words, for pages that know no dialect.</summary>
internal sealed class PermissionWords(IReadOnlyList<IDialect> dialects)
{
    /// <summary>
    /// Returns what a consent allows, one text for each permission. Empty if the dialect has no permissions, or this
    /// server does not serve it.
    /// </summary>
    /// <param name="dialect">The consent's dialect. A part after a dot names a kind of handshake.</param>
    public IReadOnlyList<Text> Of(string dialect, string permissions) =>
        dialects.FirstOrDefault(
            served => served.Name == dialect
                || dialect.StartsWith($"{served.Name}.", StringComparison.Ordinal))?.InWords(permissions) ?? [];
}
