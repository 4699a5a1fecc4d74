namespace TokenAuth.Kernel.Calls.Signatures;

/// <summary>A mistake that clients make when they sign.</summary>
/// <param name="Name">A name for programs, such as <c>unsorted</c>.</param>
/// <param name="Sentence">What the client did, and what it should do.</param>
internal sealed record Mistake(string Name, string Sentence, Func<SigningVariant, SigningVariant> Make)
{
    public static readonly Mistake Unsorted = new(
        "unsorted",
        "The parameters were signed in the order in which they were sent. Sort them by name.",
        variant => variant with { Order = ParameterOrder.AsSent });

    public static readonly Mistake SortedIgnoringCase = new(
        "sorted-ignoring-case",
        "The parameters were sorted without regard to case. Sort them by the bytes of their names: capitals come "
        + "first.",
        variant => variant with { Order = ParameterOrder.SortedIgnoringCase });

    public static readonly Mistake EncodedOnceMore = new(
        "encoded",
        "The values were percent-encoded before they were signed. Sign them as they are, and encode them for the URL "
        + "only.",
        variant => variant with { Encoding = ValueEncoding.OnceMore });

    public static readonly Mistake EncodedTwice = new(
        "encoded-twice",
        "The values were percent-encoded twice in the signature base string. Encode them once.",
        variant => variant with { Encoding = ValueEncoding.OnceMore });

    public static readonly Mistake NotEncoded = new(
        "not-encoded",
        "The values were not percent-encoded in the signature base string. Encode names and values before they are "
        + "sorted.",
        variant => variant with { Encoding = ValueEncoding.OnceLess });

    public static readonly Mistake Latin1 = new(
        "latin-1",
        "The text was signed in ISO-8859-1. Sign the bytes of its UTF-8 form.",
        variant => variant with { IsLatin1 = true });

    public static readonly Mistake SignsSignature = new(
        "signature-signed",
        "The signature parameter was signed as well, with an empty value. Leave it out.",
        variant => variant with { SignsSignature = true });

    public static readonly Mistake OmitsMethod = new(
        "method-missing",
        "The method was not signed. Append its name after the parameters, before the secret.",
        variant => variant with { OmitsRequest = true });

    public static readonly Mistake OmitsSecret = new(
        "secret-missing",
        "No secret was used. Sign with the application's secret.",
        variant => variant with { OmitsSecret = true });

    public static readonly Mistake BeginsWithSecret = new(
        "secret-first",
        "The secret was put at the beginning of the text. It belongs at the end.",
        variant => variant with { BeginsWithSecret = true });

    public static readonly Mistake SecretEndsInLineBreak = new(
        "secret-line-break",
        "The secret ended in a line break, probably because it was read from a file. Trim it.",
        variant => variant with { SecretEndsInLineBreak = true });

    public static readonly Mistake TrimsValues = new(
        "values-trimmed",
        "A value was sent with a line break or blanks around it, but was signed without them. Send it as it was "
        + "signed.",
        variant => variant with { TrimsValues = true });

    public static readonly Mistake OmitsEmptyValues = new(
        "empty-left-out",
        "Parameters with empty values were sent, but not signed. Sign every parameter that is sent.",
        variant => variant with { OmitsEmptyValues = true });

    public static readonly Mistake JoinsWithAmpersand = new(
        "ampersands",
        "The pairs were joined with &, as in a URL. Join them without a separator.",
        variant => variant with { JoinsWithAmpersand = true });

    /// <summary>A mistake in the address of an OAuth signature base string.</summary>
    public static Mistake Origin(string signed, string seen) => new(
        "address",
        $"The client signed the address {signed}, but the request went to {seen}. Sign the scheme, host and port that "
        + "are called.",
        variant => variant with { Origin = signed });

    /// <summary>Mistakes of the dialects that join names and values and append the secret.</summary>
    public static IReadOnlyList<Mistake> OfJoinedTexts { get; } =
    [
        OmitsSecret, Unsorted, SortedIgnoringCase, EncodedOnceMore, Latin1, SignsSignature, BeginsWithSecret,
        SecretEndsInLineBreak, TrimsValues, OmitsEmptyValues, JoinsWithAmpersand,
    ];
}
