namespace TokenAuth.Ipernity;

/// <summary>A method of the dialect, with the flags of the provider's own list.</summary>
/// <param name="NeedsToken">Whether it acts for a person.</param>
/// <param name="ReadsToken">Whether it looks at a token where one is sent.</param>
/// <param name="NeedsSignature">Whether it must be signed; a signature on a method that needs none is not looked at.</param>
/// <param name="NeedsKey">Whether an API key must be there; the list of methods has always been given without.</param>
/// <param name="Needs">The permission that the token must have.</param>
internal sealed record IpernityMethod(
    string Name, string Title, bool NeedsToken = false, bool NeedsSignature = false, bool NeedsKey = true, bool ReadsToken = false, (string Area, Level Level)? Needs = null)
{
    public static readonly IpernityMethod QuotaGet = new(
        "account.getQuota", "Return the calling user upload quota.", NeedsToken: true, NeedsSignature: true, Needs: ("doc", Level.Write));

    public static readonly IpernityMethod ListMethods = new("api.methods.getList", "Return the API methods list", NeedsKey: false);

    public static readonly IpernityMethod CheckToken = new("auth.checkToken", "Check a token validity.", NeedsToken: true, NeedsSignature: true);

    public static readonly IpernityMethod GetFrob = new("auth.getFrob", "Ask for a Frob.", NeedsSignature: true);

    public static readonly IpernityMethod GetToken = new("auth.getToken", "Returns the auth token for the given frob", NeedsSignature: true);

    public static readonly IpernityMethod Echo = new("test.echo", "A simple echo test.");

    public static readonly IpernityMethod Hello = new("test.hello", "Hello world!");

    public static readonly IpernityMethod UserGet = new("user.get", "Get information about a user", NeedsSignature: true, ReadsToken: true);

    public static readonly IReadOnlyList<IpernityMethod> All = [QuotaGet, ListMethods, CheckToken, GetFrob, GetToken, Echo, Hello, UserGet];

    public bool ReadsToken { get; } = ReadsToken || NeedsToken;

    /// <summary>As the provider's list has it, where one service bears a name of its own.</summary>
    public string Service => this == ListMethods ? "api.method" : Name[..Name.LastIndexOf('.')];
}
