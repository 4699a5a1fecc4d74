using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Ipernity;

/// <summary>
/// Shows the permissions as scopes such as <c>ipernity:doc.write</c>, and issues a token for them. A session has the
/// scopes of the lower levels as well. Source: docs/openid.md, "Scopes".
/// </summary>
internal sealed class PermissionScopes(SessionStore sessions) : IPermissionScopes, ISessionIssuer
{
    private const string Prefix = IpernityFeature.Dialect + ":";

    /// <summary>The levels of an area, the highest first.</summary>
    private static readonly string[] Levels = ["delete", "write", "read"];

    private static readonly (string Scope, Text Words)[] All =
    [
        .. from area in (string[])["doc", "blog", "network", "profile", "post"]
        from level in Levels.Reverse()
        let scope = $"{Prefix}{area}.{level}"
        where Permissions.Read(LevelIn([scope])) is not null // a profile cannot be deleted
        select (scope, Permissions.Read(LevelIn([scope]))!.InWords()[0]),
    ];

    public string Dialect => IpernityFeature.Dialect;

    public IReadOnlyList<(string Scope, Text Words)> Scopes => All;

    public IReadOnlyList<string> ScopesOf(string permissions)
    {
        var granted = Permissions.FromStored(permissions);
        return
        [
            .. All.Select(entry => entry.Scope).Where(scope => Permissions.Read(LevelIn([scope])) is { } one
                && granted.Covers(one)),
        ];
    }

    public async Task<string?> IssueAsync(SessionRequest request, CancellationToken cancellation)
    {
        var text = IpernityMethods.NewText(request.ApplicationId);
        var permissions = Permissions.Read(LevelIn(request.Scopes))!;
        var session = new NewSession(
            IpernityFeature.Dialect, text, Secret: null, request.ApplicationId, request.AccountId, permissions.Stored,
            Lifetime: null, Slides: false, request.From, ParentId: request.ParentId);
        return await sessions.IssueAsync(session, cancellation) ? text : null;
    }

    /// <summary>Returns a function that finds the highest level of an area among the scopes.</summary>
    private static Func<string, string?> LevelIn(IReadOnlyCollection<string> scopes) => area =>
        Array.Find(
            Levels, level => scopes.Contains($"{Prefix}{area}.{level}", StringComparer.Ordinal));
}
