using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>What is right or wrong with a signature.</summary>
/// <param name="IsRight">Tells whether the server accepts the signature.</param>
/// <param name="Found">The secret that makes the presented signature; null if none does.</param>
/// <param name="Mistakes">The mistakes that make the presented signature with that secret.</param>
/// <param name="Remarks">What is wrong with the presented text itself.</param>
/// <param name="Expected">The signature that the server expects; null if it knows no secret of the caller.</param>
internal sealed record SigningExplanation(
    SignedCall Call, bool IsRight, string? Found, IReadOnlyList<Mistake> Mistakes, IReadOnlyList<string> Remarks,
    string? Expected)
{
    /// <summary>The signature base string of the specification, in its parts.</summary>
    public IReadOnlyList<Piece> Text { get; } = Call.Text(SigningVariant.Specified);

    /// <summary>
    /// Compares the presented signature with that of the specification, then with those of single mistakes, then of two
    /// at once. The number of comparisons is bounded by the number of mistakes and secrets.
    /// </summary>
    /// <param name="secrets">The secrets of the caller.</param>
    /// <param name="others">The secrets of others, none of which is accepted.</param>
    public static SigningExplanation Of(
        SignedCall call, IReadOnlyList<NamedSecret> secrets, IReadOnlyList<NamedSecret> others)
    {
        var right = secrets.FirstOrDefault(secret => secret.IsAccepted);
        var expected = right is null ? null
            : call.IsPlaintext ? SignedCall.Hidden
            : call.Sign(call.Text(SigningVariant.Specified), SigningVariant.Specified, right);
        var all = secrets.Concat(others).ToList();
        var spellings = Spellings(call.Presented).ToList();
        if (spellings.Count == 0)
            return new SigningExplanation(call, IsRight: false, Found: null, [], [], expected);
        foreach (var mistakes in Attempts(call.Mistakes))
        {
            var variant = mistakes.Aggregate(SigningVariant.Specified, (made, mistake) => mistake.Make(made));
            var text = call.Text(variant);
            // Two mistakes with a foreign secret would be a guess.
            foreach (var secret in mistakes.Length < 2 ? all : secrets)
            {
                var signature = call.Sign(text, variant, secret);
                if (spellings.FindIndex(shown => IsEqual(signature, shown.Text)) is not (>= 0 and var at))
                    continue;
                var remark = spellings[at].Remark;
                var isRight = mistakes.Length == 0 && remark is null && secret.IsAccepted;
                return new SigningExplanation(
                    call, isRight, secret.Name, mistakes, remark is null ? [] : [remark], expected);
            }
        }

        return new SigningExplanation(call, IsRight: false, Found: null, [], [], expected);
    }

    /// <summary>What is right or wrong, in one sentence. <see cref="Reasons"/> continue it.</summary>
    public string Verdict => this switch
    {
        { IsRight: true } => "The signature is right.",
        { Call.Presented: null } => $"The call has no signature: {Call.SignatureName} is missing.",
        { Found: null, Expected: null } =>
            "Nothing is compared, because the caller is unknown. Compare the signature base string with the one that "
            + "the client builds.",
        { Found: null } =>
            "The signature is wrong, and no usual mistake explains it. Compare the signature base string with the one "
            + "that the client builds.",
        _ when Reasons.Count > 0 => $"The signature is wrong. With {Found}, it is explained by:",
        _ => $"The signature is wrong: it was made with {Found}.",
    };

    /// <summary>The mistakes, one sentence for each.</summary>
    public IReadOnlyList<string> Reasons =>
        IsRight ? [] : [.. Remarks, .. Mistakes.Select(mistake => mistake.Sentence)];

    /// <summary>The presented signature as it is, and as it would be without the usual damages.</summary>
    private static IEnumerable<(string Text, string? Remark)> Spellings(string? presented)
    {
        if (presented is null)
            yield break;
        yield return (presented, null);
        if (presented.Any(char.IsAsciiLetterUpper) && presented.All(char.IsAsciiHexDigit))
            yield return (presented.ToLowerInvariant(), "The signature has upper-case digits. Send it in lower case.");
        if (presented.Contains(' ', StringComparison.Ordinal))
        {
            yield return (
                presented.Replace(' ', '+'),
                "The signature was not percent-encoded, so that each + arrived as a blank. Encode it for the URL.");
        }

        if (presented.Contains('%', StringComparison.Ordinal))
            yield return (Uri.UnescapeDataString(presented), "The signature was percent-encoded twice.");
        if (presented.Trim() != presented)
            yield return (presented.Trim(), "The signature has blanks or a line break around it.");
    }

    /// <summary>No mistake, then each alone, then each pair.</summary>
    private static IEnumerable<Mistake[]> Attempts(IReadOnlyList<Mistake> mistakes) =>
        mistakes.Select(mistake => (Mistake[])[mistake])
            .Prepend([])
            .Concat(mistakes.SelectMany((one, i) => mistakes.Skip(i + 1).Select(other => (Mistake[])[one, other])));

    private static bool IsEqual(string expected, string presented) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(presented));
}
