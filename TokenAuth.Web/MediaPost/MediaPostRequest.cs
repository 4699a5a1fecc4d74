using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.MediaPost;

/// <summary>One of the two addresses of the same handler; they differ in the XML namespaces of answers only.</summary>
internal sealed record ApiPath(string Path)
{
    public static readonly ApiPath Native = new("/api.php");
    public static readonly ApiPath RestServer = new("/restserver.php");
}

/// <summary>
/// Which generation of the documentation a request follows; it decides the error table. Native is the createToken
/// page's (<c>apiKey</c>, <c>apiSig</c>), seed the getSession page's (<c>api_key</c>, <c>sig</c>).
/// </summary>
internal enum ParameterStyle
{
    SnakeCase,
    CamelCase,
}

internal enum AnswerFormat
{
    Xml,
    Json,
    Php,
}

/// <summary>A call read as MediaPost's. Blank values count as absent, except in the signature.</summary>
internal sealed class MediaPostRequest
{
    public const int TokenDigits = 38;
    public const int SessionKeyDigits = 32;

    private static readonly string[] Prefixes = ["up.", "facebook.", "socialnetwork."];

    private static readonly ValueGrammar CallbackName = CallbackNameLength;

    private static readonly ValueGrammar Key = ValueGrammars.Hex(32);

    private static readonly ValueGrammar Token = ValueGrammars.Hex(TokenDigits);

    private static readonly ValueGrammar Minutes = ValueGrammars.Number(mostDigits: 8);

    private static readonly ValueGrammar Uid = ValueGrammars.Number(mostDigits: 18);

    /// <summary>A flag that is on; whatever else it says, it is off.</summary>
    private static readonly ValueGrammar On = ValueGrammars.Word("1", "true");

    private static readonly ValueGrammar Uids = ValueGrammars.Run("0123456789,", most: 4000);

    /// <summary>What the meaning of a call depends on. The value of <c>community</c> does not matter, only that it is there.</summary>
    internal static readonly SignatureBaseString Scheme = new("=", new Dictionary<string, ValueGrammar?>(StringComparer.Ordinal)
    {
        ["api_key"] = Key,
        ["apiKey"] = Key,
        ["method"] = ValueGrammars.Word([.. MediaPostMethod.All.SelectMany(method => Prefixes.Append("").Select(prefix => prefix + method.Name))]),
        ["format"] = ValueGrammars.Word("xml", "json", "php_serial"),
        // A name, or else nothing at all: what only begins like one is not called, and is no callback.
        ["callback"] = text => CallbackName.Matches(text) ? text.Length : -1,
        ["session_key"] = ValueGrammars.Hex(SessionKeyDigits),
        ["ss"] = On,
        ["generate_session_secret"] = On,
        ["auth_token"] = Token,
        ["expires"] = Minutes,
        ["community"] = null,
        ["uid"] = Uid,
        ["uids"] = Uids,
        ["pageUrls"] = null,
    });

    private readonly string _signatureName;

    private SignatureBaseString.Result? _signed;

    public MediaPostRequest(ApiPath door, Call call)
    {
        ApiPath = door;
        Call = call;
        ParameterStyle = call["api_key"] is null && (call["apiKey"] ?? call["apiSig"]) is not null ? ParameterStyle.CamelCase : ParameterStyle.SnakeCase;
        _signatureName = (ParameterStyle, call["sig"], call["apiSig"]) switch
        {
            (ParameterStyle.CamelCase, _, not null) => "apiSig",
            (_, not null, _) => "sig",
            _ => "apiSig",
        };
        MethodName = WithoutPrefix(call.NonEmpty("method"));
        Method = MediaPostMethod.All.FirstOrDefault(method => method.Name.Equals(MethodName, StringComparison.OrdinalIgnoreCase));
        (Format, FormatIsKnown) = FormatOf(call.NonEmpty("format"), ParameterStyle);
    }

    public ApiPath ApiPath { get; }

    public Call Call { get; }

    public ParameterStyle ParameterStyle { get; }

    public string? ApiKey => Call.NonEmpty(ParameterStyle == ParameterStyle.CamelCase ? "apiKey" : "api_key");

    public string? PresentedSignature => Call.NonEmpty(_signatureName);

    /// <summary>As it was called, without the prefix; null where none was named.</summary>
    public string? MethodName { get; }

    /// <summary>Null where there is no such method.</summary>
    public MediaPostMethod? Method { get; }

    public AnswerFormat Format { get; }

    public bool FormatIsKnown { get; }

    /// <summary>The function that a script wants to be called with the answer, where it is a plain name.</summary>
    public string? CallbackFunction => Call.NonEmpty("callback") is { } name && CallbackName.Matches(name) ? name : null;

    public string? SessionKey => Call.NonEmpty("session_key");

    public bool IsSignedWithSessionSecret => IsOn("ss");

    /// <summary>Whether a web application wants a secret with its session, for its scripts in browsers.</summary>
    public bool WantsSessionSecret => IsOn("generate_session_secret");

    public string? AuthToken => Call.NonEmpty("auth_token") is { } token && Token.Matches(token) ? token : null;

    /// <summary>Whether what is signed can be read in one way only.</summary>
    public bool IsUnambiguous => Signed.IsUnambiguous();

    /// <summary>The life of the session to come, in minutes, 0 meaning without end; null where the text is no such number.</summary>
    public static int? ReadMinutes(string text) => Minutes.Matches(text) ? int.Parse(text) : null;

    /// <summary>An account's number, or null where the text is none.</summary>
    public static long? ReadUid(string text) => Uid.Matches(text) && long.Parse(text) is > 0 and var uid ? uid : null;

    /// <summary>Numbers of accounts with commas between; null where one of them is none, or the list is too long.</summary>
    public static IReadOnlyList<long>? ReadUids(string text)
    {
        if (text.Length > 0 && !Uids.Matches(text))
            return null;
        var uids = text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ReadUid).ToList();
        return uids.Contains(null) ? null : [.. uids.Select(uid => uid!.Value)];
    }

    public string Sign(string secret) => Signature.Md5Hex(Signed.Text, secret);

    private bool IsOn(string flag) => Call[flag] is { } value && On.Matches(value);

    private SignatureBaseString.Result Signed => _signed ??= Scheme.Join(Call.Parameters, _signatureName);

    private static string? WithoutPrefix(string? method) =>
        Array.Find(Prefixes, prefix => method?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true) is { } prefix
            ? method![prefix.Length..]
            : method;

    /// <summary>The seed's pages know XML and JSON, and what they do not know has always been answered in XML.</summary>
    private static (AnswerFormat, bool Known) FormatOf(string? format, ParameterStyle spelling) => (format?.ToLowerInvariant(), spelling) switch
    {
        (null or "xml", _) => (AnswerFormat.Xml, true),
        ("json", _) => (AnswerFormat.Json, true),
        ("php_serial", ParameterStyle.CamelCase) => (AnswerFormat.Php, true),
        (_, ParameterStyle.SnakeCase) => (AnswerFormat.Xml, true),
        _ => (AnswerFormat.Xml, false),
    };

    private static int CallbackNameLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetter(text[length]) || text[length] is '_' or '$' || (length > 0 && (char.IsAsciiDigit(text[length]) || text[length] == '.'))))
            length++;
        return length is > 0 and <= 64 ? length : -1;
    }
}
