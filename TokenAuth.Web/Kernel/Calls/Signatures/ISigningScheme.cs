using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>A dialect's way of signing, for developers who look for their mistake.</summary>
internal interface ISigningScheme
{
    /// <summary>Reads what a call signs. The call need not be valid.</summary>
    /// <param name="now">The server's time.</param>
    SignedCall Read(Call call, DateTimeOffset now);

    /// <summary>
    /// Returns the secrets of the caller with which the call may have been signed, and says which the server accepts.
    /// </summary>
    /// <param name="application">The caller; null if the dialect's callers are accounts.</param>
    ValueTask<IReadOnlyList<NamedSecret>> SecretsAsync(
        SignedCall call, Application? application, SigningSecrets secrets, CancellationToken cancellation);

    /// <summary>
    /// Says what is wrong with the token of a call, such as one of another application; null if nothing is, or the call
    /// has none.
    /// </summary>
    ValueTask<string?> TokenProblemAsync(
        SignedCall call, Application application, SigningSecrets secrets, CancellationToken cancellation) =>
        new((string?)null);
}

/// <summary>A secret, and what it is called in a sentence.</summary>
/// <param name="Token">The token's secret in OAuth; otherwise empty.</param>
internal sealed record NamedSecret(string Name, string Secret, string Token = "")
{
    /// <summary>Tells whether the server accepts a signature that was made with it.</summary>
    public bool IsAccepted { get; init; } = true;

    /// <summary>Hides the secret from logs and debuggers.</summary>
    public override string ToString() => Name;
}

/// <summary>A call as its scheme signs it.</summary>
/// <param name="Scheme">The way of signing, such as <c>MD5</c>.</param>
/// <param name="SignatureName">The parameter with the signature.</param>
/// <param name="Presented">The signature that the call presents; null if it presents none.</param>
/// <param name="ApiKey">The key of the calling application; null if the call names none.</param>
/// <param name="Text">The signature base string of a variant, in its parts.</param>
/// <param name="Sign">Signs the parts with a secret.</param>
internal sealed record SignedCall(
    Call Call, string Scheme, string SignatureName, string? Presented, string? ApiKey,
    Func<SigningVariant, IReadOnlyList<Piece>> Text,
    Func<IReadOnlyList<Piece>, SigningVariant, NamedSecret, string> Sign)
{
    /// <summary>The mistakes that are tried.</summary>
    public IReadOnlyList<Mistake> Mistakes { get; init; } = Mistake.OfJoinedTexts;

    /// <summary>What the server would refuse for another reason than the signature, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Tells whether the signature is made of the secrets themselves, so that it must not be shown.</summary>
    public bool IsPlaintext { get; init; }

    /// <summary>The parameters as the server reads them, if not only those of the call.</summary>
    public IReadOnlyList<Parameter>? Read { get; init; }

    /// <summary>The parameters as the server reads them, without the values that are secrets.</summary>
    public IEnumerable<Parameter> Shown => (Read ?? Call.Parameters).Select(
        parameter => Secrets.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase)
            || (IsPlaintext && parameter.Name == SignatureName)
                ? new Parameter(parameter.Name, Hidden)
                : parameter);

    /// <summary>The presented signature, unless it is made of the secrets.</summary>
    public string? ShownSignature => IsPlaintext && Presented is not null ? Hidden : Presented;

    /// <summary>What is shown instead of a secret.</summary>
    public const string Hidden = "[not shown]";

    private static readonly string[] Secrets =
        ["password", "hpassword", "secret", "api_secret", "client_secret", "oauth_token_secret"];
}
