using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.MediaPost;

/// <summary>One of the dialect's two addresses. Their answers differ in the XML namespaces only.</summary>
internal sealed record ApiPath(string Path)
{
    public static readonly ApiPath Native = new("/api.php");
    public static readonly ApiPath RestServer = new("/restserver.php");
}

/// <summary>
/// The generation of MediaPost's documentation that a request follows; it selects the error table.
/// <see cref="SnakeCase"/> is that of the getSession page (<c>api_key</c>, <c>sig</c>), <see cref="CamelCase"/> that of
/// the createToken page (<c>apiKey</c>, <c>apiSig</c>).
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

/// <summary>A call as MediaPost reads it. Empty values count as absent, except in the signature.</summary>
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

    /// <summary>The values that switch a flag on. Any other value means off.</summary>
    private static readonly ValueGrammar On = ValueGrammars.Word("1", "true");

    private static readonly ValueGrammar Uids = ValueGrammars.Run("0123456789,", most: 4000);

    /// <summary>
    /// The parameters that a call's meaning depends on, with the form of their values. Of <c>community</c> and
    /// <c>pageUrls</c> only the presence matters.
    /// </summary>
    internal static readonly SignatureBaseString Scheme = new("=", new Dictionary<string, ValueGrammar?>(
        StringComparer.Ordinal)
    {
        ["api_key"] = Key,
        ["apiKey"] = Key,
        ["method"] = ValueGrammars.Word(
        [
            .. MediaPostMethod.All.SelectMany(method => Prefixes.Append("").Select(prefix => prefix + method.Name)),
        ]),
        ["format"] = ValueGrammars.Word("xml", "json", "php_serial"),
        // All or nothing: a value that merely begins with a function name is not a callback.
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

    private SignatureBaseString.Result? _signed;

    public MediaPostRequest(Call call)
    {
        Call = call;
        ParameterStyle = call["api_key"] is null && (call["apiKey"] ?? call["apiSig"]) is not null
            ? ParameterStyle.CamelCase
            : ParameterStyle.SnakeCase;
        SignatureName = (ParameterStyle, call["sig"], call["apiSig"]) switch
        {
            (ParameterStyle.CamelCase, _, not null) => "apiSig",
            (_, not null, _) => "sig",
            _ => "apiSig",
        };
        MethodName = WithoutPrefix(call.NonEmpty("method"));
        Method = MediaPostMethod.Find(MethodName);
        (Format, FormatIsKnown) = FormatOf(call.NonEmpty("format"), ParameterStyle);
    }

    public Call Call { get; }

    public ParameterStyle ParameterStyle { get; }

    public string? ApiKey => Call.NonEmpty(ParameterStyle == ParameterStyle.CamelCase ? "apiKey" : "api_key");

    /// <summary>The parameter that the call presents its signature in.</summary>
    public string SignatureName { get; }

    public string? PresentedSignature => Call.NonEmpty(SignatureName);

    /// <summary>The requested method's name without its prefix; null if the call names no method.</summary>
    public string? MethodName { get; }

    /// <summary>The requested method; null if it is unknown.</summary>
    public MediaPostMethod? Method { get; }

    public AnswerFormat Format { get; }

    public bool FormatIsKnown { get; }

    /// <summary>
    /// The script function to call with the answer (<c>callback</c>); null unless it is a plain name.
    /// </summary>
    public string? CallbackFunction =>
        Call.NonEmpty("callback") is { } name && CallbackName.Matches(name) ? name : null;

    public string? SessionKey => Call.NonEmpty("session_key");

    public bool IsSignedWithSessionSecret => IsOn("ss");

    /// <summary>True if a web application requests a session secret for its scripts in browsers.</summary>
    public bool WantsSessionSecret => IsOn("generate_session_secret");

    /// <summary>The token of the handshake; null if it does not have a token's form.</summary>
    public string? AuthToken => Call.NonEmpty("auth_token") is { } token && Token.Matches(token) ? token : null;

    /// <summary>True if the signature base string has one possible reading.</summary>
    public bool IsUnambiguous => Signed.IsUnambiguous();

    /// <summary>Reads a session lifetime in minutes; 0 means no expiry. Returns null for any other text.</summary>
    public static int? ReadMinutes(string text) => Minutes.Matches(text) ? int.Parse(text) : null;

    /// <summary>Reads an account's number. Returns null for any other text.</summary>
    public static long? ReadUid(string text) => Uid.Matches(text) && long.Parse(text) is > 0 and var uid ? uid : null;

    /// <summary>
    /// Reads account numbers separated by commas. Returns null if one of them is not a number or the list is too long.
    /// </summary>
    public static IReadOnlyList<long>? ReadUids(string text)
    {
        if (text.Length > 0 && !Uids.Matches(text))
            return null;
        var uids = text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ReadUid).ToList();
        return uids.Contains(null) ? null : [.. uids.Select(uid => uid!.Value)];
    }

    public string Sign(string secret) => Signature.Md5Hex(Signed.Text, secret);

    private bool IsOn(string flag) => Call[flag] is { } value && On.Matches(value);

    private SignatureBaseString.Result Signed => _signed ??= Scheme.Join(Call.Parameters, SignatureName);

    private static string? WithoutPrefix(string? method) =>
        Array.Find(Prefixes, prefix => method?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true)
            is { } prefix
            ? method![prefix.Length..]
            : method;

    // docs/dialects/mediapost.md, "Errors": only the second table has a number for an unknown format (97). The pages
    // behind the first one know XML and JSON, and unknown formats were always answered in XML.
    private static (AnswerFormat, bool Known) FormatOf(string? format, ParameterStyle style) =>
        (format?.ToLowerInvariant(), style) switch
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
        while (length < text.Length && IsCallbackNameCharacter(text[length], isFirst: length == 0))
            length++;
        return length is > 0 and <= 64 ? length : -1;
    }

    private static bool IsCallbackNameCharacter(char c, bool isFirst) =>
        char.IsAsciiLetter(c) || c is '_' or '$' || (!isFirst && (char.IsAsciiDigit(c) || c == '.'));
}
