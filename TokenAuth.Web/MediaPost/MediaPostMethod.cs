namespace TokenAuth.MediaPost;

/// <summary>A method of the dialect. Source: docs/dialects/mediapost.md, "A handshake".</summary>
/// <param name="Name">The documented name without its prefix.</param>
/// <param name="NeedsSession">Refuses a call without a session_key before its signature is checked.</param>
/// <param name="PageNamespace">The XML namespace of the sample on the method's page; null for most methods.</param>
/// <param name="PageSchema">The schema that the sample names with the namespace.</param>
internal sealed record MediaPostMethod(
    string Name, bool NeedsSession = false, string? PageNamespace = null, string? PageSchema = null)
{
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
    private const string RestServerNamespace = "http://api.facebook.com/1.0/";

    public static readonly MediaPostMethod CreateToken = new(
        "auth.createToken", PageNamespace: "http://api.universalplatform.com/");

    public static readonly MediaPostMethod GetSession = new("auth.getSession");
    public static readonly MediaPostMethod ExpireSession = new("auth.expireSession");
    public static readonly MediaPostMethod RevokeAuthorization = new("auth.revokeAuthorization");
    public static readonly MediaPostMethod PromoteSession = new("auth.promoteSession");
    public static readonly MediaPostMethod GetLoggedInUser = new("users.getLoggedInUser", NeedsSession: true);

    public static readonly MediaPostMethod IsAppAdded = new(
        "users.isAppAdded",
        NeedsSession: true,
        "http://api.universalplatform.com/1.0/",
        "http://api.universalplatform.com/1.0/universalplatform.xsd");

    /// <summary>The later name of isAppAdded. It also takes an account's number.</summary>
    public static readonly MediaPostMethod IsAppUser = new("users.isAppUser");

    public static readonly MediaPostMethod GetInfo = new(
        "users.getInfo", PageNamespace: "http://api.universalplatform.com/");

    public static readonly IReadOnlyList<MediaPostMethod> All =
    [
        CreateToken,
        GetSession,
        ExpireSession,
        RevokeAuthorization,
        PromoteSession,
        GetLoggedInUser,
        IsAppAdded,
        IsAppUser,
        GetInfo,
    ];

    /// <summary>The name of the answer's root element.</summary>
    public string Root => Name.Replace('.', '_') + "_response";

    // docs/dialects/mediapost.md, "A handshake": with ss=1 the session's secret signs the methods users.* only.
    /// <summary>True if a web application may sign the method with the session's secret (<c>ss</c>).</summary>
    public bool AllowsSessionSecret => Name.StartsWith("users.", StringComparison.Ordinal);

    /// <summary>
    /// Checks whether an unknown method counts as one that needs a session. If so, a call without a session is told
    /// about the session first.
    /// </summary>
    public static bool UnknownNeedsSession(string name) =>
        !name.StartsWith("auth.", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the answer's XML namespaces. <c>/api.php</c> uses those of the method's page, <c>/restserver.php</c> the
    /// same ones for all methods.
    /// </summary>
    public IReadOnlyList<(string, string)> Namespaces(ApiPath path) =>
        path == ApiPath.RestServer ? RestServerNamespaces : Declare(PageNamespace, PageSchema);

    public static IReadOnlyList<(string, string)> ErrorNamespaces(ApiPath path) =>
        path == ApiPath.RestServer ? RestServerNamespaces : [];

    private static IReadOnlyList<(string, string)> RestServerNamespaces { get; } =
        Declare(RestServerNamespace, RestServerNamespace + "facebook.xsd");

    private static IReadOnlyList<(string, string)> Declare(string? space, string? schema) => (space, schema) switch
    {
        (null, _) => [],
        (_, null) => [("xmlns", space)],
        _ => [("xmlns", space), ("xmlns:xsi", SchemaInstance), ("xsi:schemaLocation", $"{space} {schema}")],
    };
}
