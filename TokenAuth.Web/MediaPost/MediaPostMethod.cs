namespace TokenAuth.MediaPost;

/// <summary>A method of the dialect.</summary>
/// <param name="Name">As documented, without the prefix.</param>
/// <param name="NeedsSession">Whether a call without session_key is refused before its signature is looked at.</param>
/// <param name="PageNamespace">The XML namespace in the sample on the method's own page; most have none.</param>
/// <param name="PageSchema">The schema that the sample names beside it.</param>
internal sealed record MediaPostMethod(string Name, bool NeedsSession = false, string? PageNamespace = null, string? PageSchema = null)
{
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
    private const string RestServerNamespace = "http://api.facebook.com/1.0/";

    public static readonly MediaPostMethod CreateToken = new("auth.createToken", PageNamespace: "http://api.universalplatform.com/");
    public static readonly MediaPostMethod GetSession = new("auth.getSession");
    public static readonly MediaPostMethod ExpireSession = new("auth.expireSession");
    public static readonly MediaPostMethod RevokeAuthorization = new("auth.revokeAuthorization");
    public static readonly MediaPostMethod PromoteSession = new("auth.promoteSession");
    public static readonly MediaPostMethod GetLoggedInUser = new("users.getLoggedInUser", NeedsSession: true);

    public static readonly MediaPostMethod IsAppAdded = new(
        "users.isAppAdded", NeedsSession: true, "http://api.universalplatform.com/1.0/", "http://api.universalplatform.com/1.0/universalplatform.xsd");

    /// <summary>The platform's later name for isAppAdded, which takes the number of a person, too.</summary>
    public static readonly MediaPostMethod IsAppUser = new("users.isAppUser");

    public static readonly MediaPostMethod GetInfo = new("users.getInfo", PageNamespace: "http://api.universalplatform.com/");

    public static readonly IReadOnlyList<MediaPostMethod> All =
    [
        CreateToken, GetSession, ExpireSession, RevokeAuthorization, PromoteSession, GetLoggedInUser, IsAppAdded,
        IsAppUser, GetInfo,
    ];

    /// <summary>The answer's root element.</summary>
    public string Root => Name.Replace('.', '_') + "_response";

    /// <summary>Whether the session's own secret may sign it when a web application asks so with <c>ss</c>.</summary>
    public bool AllowsSessionSecret => Name.StartsWith("users.", StringComparison.Ordinal);

    /// <summary>Whether a method that we do not have would need a session; then that is what the caller is told first.</summary>
    public static bool UnknownNeedsSession(string name) => !name.StartsWith("auth.", StringComparison.OrdinalIgnoreCase);

    /// <summary>The answer's XML namespaces: the method page's at MediaPost's own door, the same for all at the other.</summary>
    public IReadOnlyList<(string, string)> Namespaces(ApiPath door) =>
        door == ApiPath.RestServer ? RestServerNamespaces : Declare(PageNamespace, PageSchema);

    public static IReadOnlyList<(string, string)> ErrorNamespaces(ApiPath door) => door == ApiPath.RestServer ? RestServerNamespaces : [];

    private static IReadOnlyList<(string, string)> RestServerNamespaces { get; } =
        Declare(RestServerNamespace, RestServerNamespace + "facebook.xsd");

    private static IReadOnlyList<(string, string)> Declare(string? space, string? schema) => (space, schema) switch
    {
        (null, _) => [],
        (_, null) => [("xmlns", space)],
        _ => [("xmlns", space), ("xmlns:xsi", SchemaInstance), ("xsi:schemaLocation", $"{space} {schema}")],
    };
}
