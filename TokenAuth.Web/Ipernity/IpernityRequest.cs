using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Ipernity;

/// <summary>How a call arrives: as a form, or in an envelope.</summary>
internal enum Binding
{
    Rest,
    Soap,
    XmlRpc,
}

/// <summary>
/// The form of an answer. SOAP and XML-RPC calls are answered in kind unless the address names a format.
/// </summary>
internal enum AnswerFormat
{
    Json,
    Xml,
    Php,
    Soap,
    Soap11,
    XmlRpc,
}

/// <summary>A call as ipernity reads it: the method, and the parameters of the form or the envelope.</summary>
internal sealed class IpernityRequest(Call call, string? methodName)
{
    /// <summary>
    /// The parameters that the meaning of a call or a link depends on, with the form of their values. Names and values
    /// are joined without a separator.
    /// </summary>
    private static readonly SignatureBaseString Scheme = new("", new Dictionary<string, ValueGrammar?>(
        StringComparer.Ordinal)
    {
        ["api_key"] = ValueGrammars.Hex(32),
        ["auth_token"] = TokenLength,
        ["frob"] = TokenLength,
        ["extra"] = Extras,
        ["user_id"] = ValueGrammars.Number(mostDigits: 18),
        ["perm_doc"] = ValueGrammars.Word("none", "read", "write", "delete"),
        ["perm_blog"] = ValueGrammars.Word("none", "read", "write", "delete"),
        ["perm_network"] = ValueGrammars.Word("none", "read", "write", "delete"),
        ["perm_profile"] = ValueGrammars.Word("none", "read", "write", "delete"),
        ["perm_post"] = ValueGrammars.Word("none", "read", "write", "delete"),
    });

    private static readonly ValueGrammar Words = ValueGrammars.Run(
        ", _abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", most: 1000);

    public const string SignatureName = "api_sig";

    private SignatureBaseString.Result? _signed;

    public Call Call => call;

    /// <summary>The requested method; null if it is unknown or missing.</summary>
    public IpernityMethod? Method { get; } = IpernityMethod.Find(methodName);

    /// <summary>
    /// True if the call requests the person's preferences (<c>extra=pref</c>). Other words have no effect.
    /// </summary>
    public bool WantsPreferences =>
        call["extra"] is { } extra
        && new ValueGrammar(Extras).Matches(extra)
        && extra.Split(',', StringSplitOptions.TrimEntries).Contains("pref", StringComparer.Ordinal);

    public string? PresentedSignature => Call.NonEmpty(SignatureName);

    /// <summary>Returns the format of the answer. Returns null if the address names an unknown format.</summary>
    /// <param name="byDefault">The format if the address names none.</param>
    public static AnswerFormat? FormatOf(Call call, AnswerFormat byDefault) => call.RouteValue("format") switch
    {
        null => byDefault,
        "json" => AnswerFormat.Json,
        "xml" => AnswerFormat.Xml,
        "php" => AnswerFormat.Php,
        _ => null,
    };

    /// <summary>
    /// Checks the form of a token or a frob: the application's number, a hyphen, 32 hexadecimal digits.
    /// </summary>
    public static bool IsToken(string text) => new ValueGrammar(TokenLength).Matches(text);

    /// <summary>
    /// Signs the sorted names and values, then the method (nothing for an authorize link), then the secret.
    /// </summary>
    public string Sign(string secret) => Signature.Md5Hex(Signed.Text, methodName, secret);

    /// <summary>
    /// True if the signature base string has one possible reading. A call ends with its method, so a link, which has no
    /// method, must not end like a call.
    /// </summary>
    public bool IsUnambiguous => Signed.IsUnambiguous() && !EndsLikeCall;

    /// <summary>
    /// The fault for a signed call whose signature base string is ambiguous. A token, frob or number that continues
    /// after its form ends is reported as unknown (docs/dialects/ipernity.md, "What differs from the original, and
    /// why").
    /// </summary>
    public Fault AmbiguityFault => (EndsLikeCall ? null : Signed.Overlong()) switch
    {
        "auth_token" => FaultKind.SessionUnusable,
        "frob" => FaultKind.HandshakeUnusable,
        "user_id" => new Fault(FaultKind.ParameterInvalid, "user_id"),
        _ => FaultKind.SignatureAmbiguous,
    };

    private bool EndsLikeCall =>
        methodName is null
        && IpernityMethod.All.Any(known => Signed.Text.EndsWith(known.Name, StringComparison.Ordinal));

    private SignatureBaseString.Result Signed => _signed ??= Scheme.Join(call.Parameters, SignatureName);

    /// <summary>
    /// The grammar of <c>extra</c>: the word <c>pref</c>, or a list of words, which contains a comma.
    /// </summary>
    private static int Extras(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("pref", StringComparison.Ordinal) && text is not [_, _, _, _, ',', ..])
            return 4;
        return Words(text) is > 0 and var length && text[..length].Contains(',') ? length : -1;
    }

    private static int TokenLength(ReadOnlySpan<char> text)
    {
        var dash = text.IndexOf('-');
        if (dash is < 1 or > 18 || text[0] == '0' || text[..dash].ContainsAnyExceptInRange('0', '9'))
            return -1;
        return ValueGrammars.Hex(32)(text[(dash + 1)..]) is > 0 and var length ? dash + 1 + length : -1;
    }
}
