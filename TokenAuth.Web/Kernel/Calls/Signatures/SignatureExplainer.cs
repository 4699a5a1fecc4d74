using TokenAuth.Kernel.Applications;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>Explains signatures with the secrets of the store, which never leave the server.</summary>
internal sealed class SignatureExplainer(SigningSecrets secrets, TimeProvider clock)
{
    /// <summary>The other applications whose secrets are tried, at most.</summary>
    private const int MaxOthers = 100;

    /// <summary>Explains the signature of a call.</summary>
    /// <param name="key">The key of the application; null for the one in the call.</param>
    /// <param name="known">
    /// The applications whose secrets may be used. All others are treated like those that do not exist.
    /// </param>
    /// <param name="onlyOf">The account whose sessions and keys may be used; null for those of all accounts.</param>
    /// <returns>The explanation, and the calling application if it is a known one.</returns>
    public async Task<(SigningExplanation Explanation, Application? Application)> ExplainAsync(
        ISigningScheme scheme, Call call, string? key, IReadOnlyList<Application> known, long? onlyOf,
        CancellationToken cancellation)
    {
        var usable = onlyOf is { } account ? secrets.For(account) : secrets;
        var signed = scheme.Read(call, clock.GetUtcNow());
        key ??= signed.ApiKey;
        var application = known.FirstOrDefault(one => one.ApiKey == key);
        var own = await scheme.SecretsAsync(signed, application, usable, cancellation);
        if (application is null)
            return (SigningExplanation.Of(signed, own, []), null);
        if (await scheme.TokenProblemAsync(signed, application, usable, cancellation) is { } problem)
            signed = signed with { Warnings = [.. signed.Warnings, problem] };
        var others = known.Where(one => one != application).Take(MaxOthers)
            .SelectMany(usable.OfApplication)
            .Select(secret => secret with { IsAccepted = false });
        return (SigningExplanation.Of(signed, own, [.. others]), application);
    }
}
