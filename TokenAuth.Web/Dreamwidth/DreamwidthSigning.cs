using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Signatures;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// Explains responses to Dreamwidth's challenges: the MD5 of the challenge and the MD5 of an API key. The callers are
/// accounts, not applications.
/// </summary>
internal sealed class DreamwidthSigning : ISigningScheme
{
    private static readonly Mistake UpperCaseDigest = new(
        "digest-upper-case",
        "The MD5 of the API key had upper-case digits in the text. Use lower case.",
        variant => variant with { Encoding = ValueEncoding.OnceMore });

    private static readonly Mistake OmitsChallenge = new(
        "challenge-missing",
        "The challenge was not part of the text. The response is the MD5 of the challenge and the MD5 of the API key.",
        variant => variant with { OmitsRequest = true });

    public SignedCall Read(Call call, DateTimeOffset now)
    {
        string? Sent(string name) => call.NonEmpty("auth_" + name) ?? call.NonEmpty(name);
        var (challenge, response) = (Sent("challenge"), Sent("response"));
        return new SignedCall(
            call, "MD5", "auth_response", response, ApiKey: null,
            variant => Text(challenge ?? "", variant),
            (pieces, variant, secret) => JoinedText.Md5(
                pieces, variant,
                variant.Encoding == ValueEncoding.OnceMore
                    ? secret with { Secret = secret.Secret.ToUpperInvariant() }
                    : secret))
        {
            Mistakes =
            [
                UpperCaseDigest, OmitsChallenge, Mistake.BeginsWithSecret, Mistake.SecretEndsInLineBreak,
                Mistake.TrimsValues, Mistake.OmitsSecret,
            ],
            Warnings = [.. Warnings(challenge, response, now)],
        };
    }

    public async ValueTask<IReadOnlyList<NamedSecret>> SecretsAsync(
        SignedCall call, Application? application, SigningSecrets secrets, CancellationToken cancellation) =>
        (call.Call.NonEmpty("user") ?? call.Call.NonEmpty("username")) is { } login
            ? await secrets.OfAccountAsync(Account.LoginOf(login.Trim()), cancellation)
            : [];

    private static List<Piece> Text(string challenge, SigningVariant variant)
    {
        var pieces = new List<Piece> { new(PieceKind.Secret, "", "the MD5 of the API key") };
        if (!variant.OmitsRequest)
        {
            pieces.Insert(
                variant.BeginsWithSecret ? 1 : 0,
                new Piece(PieceKind.Request, variant.TrimsValues ? challenge.Trim() : challenge, "the challenge"));
        }

        return pieces;
    }

    private static IEnumerable<string> Warnings(string? challenge, string? response, DateTimeOffset now)
    {
        if (challenge is null)
            yield return "The call has no auth_challenge.";
        else if (Challenges.ExpiryOf(challenge) is not { } expiry)
            yield return "The challenge does not have the form of this server's challenges.";
        else if (expiry <= now)
            yield return "The challenge has expired. A challenge is good once, for 60 seconds.";
        if (response is null)
            yield return "The call has no auth_response.";
    }
}
