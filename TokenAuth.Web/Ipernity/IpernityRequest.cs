using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Ipernity;

/// <summary>How a call comes in.</summary>
internal enum Binding
{
    Rest,
    Soap,
    XmlRpc,
}

/// <summary>How it is answered. The envelopes answer in their own form unless the address asks for another.</summary>
internal enum AnswerFormat
{
    Json,
    Xml,
    Php,
    Soap,
    Soap11,
    XmlRpc,
}

/// <summary>A call read as ipernity's: what the address says, and the parameters of the form or the envelope.</summary>
internal sealed class IpernityRequest(Call call, string? methodName)
{
    /// <summary>
    /// What the meaning of a call or a link depends on. Names and values are joined with nothing between them, so that even
    /// the name's end must be found.
    /// </summary>
    private static readonly SignatureBaseString Scheme = new("", new Dictionary<string, ValueGrammar?>(StringComparer.Ordinal)
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

    private static readonly ValueGrammar Words = ValueGrammars.Run(", _abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", most: 1000);

    private const string SignatureName = "api_sig";

    private SignatureBaseString.Result? _signed;

    public Call Call => call;

    public IpernityMethod? Method { get; } = IpernityMethod.All.FirstOrDefault(method => method.Name == methodName);

    /// <summary>Whether the person's preferences are asked for; the other words of the list mean nothing here.</summary>
    public bool WantsPreferences =>
        call["extra"] is { } extra && new ValueGrammar(Extras).Matches(extra) && extra.Split(',', StringSplitOptions.TrimEntries).Contains("pref", StringComparer.Ordinal);

    public string? PresentedSignature => Call.NonEmpty(SignatureName);

    /// <summary>What follows the format's name in the address; null where there is no such format.</summary>
    public static AnswerFormat? FormatOf(Binding door, string? text, Envelope? envelope) => (text, door) switch
    {
        (null, Binding.Soap) => envelope!.IsSoap11 ? AnswerFormat.Soap11 : AnswerFormat.Soap,
        (null, Binding.XmlRpc) => AnswerFormat.XmlRpc,
        (null or "json", _) => AnswerFormat.Json,
        ("xml", _) => AnswerFormat.Xml,
        ("php", _) => AnswerFormat.Php,
        _ => null,
    };

    /// <summary>A token or a frob: the application's number, a dash, 32 hexadecimal digits.</summary>
    public static bool IsToken(string text) => new ValueGrammar(TokenLength).Matches(text);

    /// <summary>Sorted names and values, then the method (none in an authorize link), then the secret.</summary>
    public string Sign(string secret) => Signature.Md5Hex(Signed.Text, methodName, secret);

    /// <summary>
    /// Whether what is signed can be read in one way only. The method stands at the end of it, so a link, which has none, must
    /// not end like a call.
    /// </summary>
    public bool IsUnambiguous => Signed.IsUnambiguous() && !EndsLikeCall;

    /// <summary>
    /// Why a call is refused that is signed and does not read one way: a token, a frob or a number that goes on where
    /// its form ends is unknown, as any other that nobody has issued.
    /// </summary>
    public Fault Misreading => (EndsLikeCall ? null : Signed.Overlong()) switch
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

    /// <summary>The one word that means something, or a list of words; only a comma makes it one.</summary>
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
