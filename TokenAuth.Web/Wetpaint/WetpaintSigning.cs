using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Signatures;

namespace TokenAuth.Wetpaint;

/// <summary>
/// Explains signatures of Wetpaint: the HMAC-SHA1 of <c>key</c>, <c>user.userId</c> and <c>cred.ts</c>, without
/// separators.
/// </summary>
internal sealed class WetpaintSigning : ISigningScheme
{
    private const string SignatureName = "cred.sig";

    private static readonly string[] Signed = ["key", "user.userId", "cred.ts"];

    private static readonly Mistake Reordered = new(
        "order",
        "The values were signed in the order in which they were sent. The order is key, user.userId, cred.ts.",
        variant => variant with { Order = ParameterOrder.AsSent });

    private static readonly Mistake Separated = new(
        "separated",
        "The values were joined as in a URL. Join the three values alone, without names and separators.",
        variant => variant with { JoinsWithAmpersand = true });

    private static readonly Mistake OmitsUser = new(
        "user-missing",
        "user.userId was not signed. The text is key, user.userId and cred.ts.",
        variant => variant with { OmitsRequest = true });

    public SignedCall Read(Call call, DateTimeOffset now)
    {
        var request = new WetpaintRequest(call);
        return new SignedCall(
            call, "HMAC-SHA1", SignatureName, request[SignatureName], request["key"],
            variant => Text(call, variant),
            (pieces, variant, secret) => Convert.ToHexStringLower(HMACSHA1.HashData(
                Encoding.UTF8.GetBytes(JoinedText.SecretOf(variant, secret.Secret)),
                JoinedText.Bytes(string.Concat(pieces.Select(piece => piece.Text)), variant))))
        {
            Mistakes =
            [
                Mistake.OmitsSecret, Reordered, Separated, OmitsUser, Mistake.EncodedOnceMore, Mistake.Latin1,
                Mistake.SecretEndsInLineBreak, Mistake.TrimsValues,
            ],
            Warnings = [.. Warnings(request, now)],
        };
    }

    public ValueTask<IReadOnlyList<NamedSecret>> SecretsAsync(
        SignedCall call, Application? application, SigningSecrets secrets, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<NamedSecret>>(
            application is null ? [] : [.. secrets.OfApplication(application)]);

    private static List<Piece> Text(Call call, SigningVariant variant)
    {
        var names = variant.Order == ParameterOrder.AsSent
            ? call.Parameters.Select(parameter => parameter.Name).Where(Signed.Contains)
            : Signed;
        if (variant.OmitsRequest)
            names = names.Where(name => name != "user.userId");
        // The order is that of the names above, so the variant must not sort.
        var values = (variant with { Order = ParameterOrder.AsSent }).Apply(
            names.Select(name => (name, call[name] ?? "")), SignatureName);
        var pieces = new List<Piece>();
        foreach (var (name, value) in values)
        {
            if (variant.JoinsWithAmpersand)
                pieces.Add(new Piece(PieceKind.Separator, $"{(pieces.Count > 0 ? "&" : "")}{name}=", "a separator"));
            pieces.Add(new Piece(PieceKind.Value, value, name));
        }

        return pieces;
    }

    private static IEnumerable<string> Warnings(WetpaintRequest request, DateTimeOffset now)
    {
        string[] missing = [.. Signed.Append(SignatureName).Where(name => request[name] is null)];
        if (missing.Length > 0)
            yield return $"Parameters are missing: {string.Join(", ", missing)}.";
        if (request["cred.ts"] is not null
            && SignatureWarning.OfClock("cred.ts", request.Timestamp, now, WetpaintRequest.Window) is { } clock)
            yield return clock;
    }
}
