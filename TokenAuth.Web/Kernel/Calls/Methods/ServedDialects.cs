using TokenAuth.Kernel.Calls.Signatures;

namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>A dialect whose methods have pages.</summary>
/// <param name="SignIn">Signs people in who try its methods; null if its methods take no session.</param>
internal sealed record DocumentedDialect(string Name, IMethodReference Reference, ITrialSignIn? SignIn)
{
    /// <summary>Finds the page of a method; null if there is none.</summary>
    public MethodPage? Find(string method) =>
        Reference.Pages.FirstOrDefault(page => page.Name == method);
}

/// <summary>The dialects that the server serves, for pages that know none of them.</summary>
internal sealed class ServedDialects(IReadOnlyList<IDialect> dialects, IEnumerable<ITrialSignIn> signIns)
{
    /// <summary>The dialects whose methods have pages.</summary>
    public IReadOnlyList<DocumentedDialect> Documented { get; } =
    [
        .. from dialect in dialects.OrderBy(one => one.Name, StringComparer.Ordinal)
           where dialect.Reference is not null
           select new DocumentedDialect(
               dialect.Name, dialect.Reference!, signIns.FirstOrDefault(one => one.Dialect == dialect.Name)),
    ];

    /// <summary>The ways of signing, by the dialect's name.</summary>
    public IReadOnlyList<(string Dialect, ISigningScheme Scheme)> Signing { get; } =
    [
        .. from dialect in dialects.OrderBy(one => one.Name, StringComparer.Ordinal)
           where dialect.Signing is not null
           select (dialect.Name, dialect.Signing!),
    ];

    /// <summary>Finds a dialect whose methods have pages; null if there is none.</summary>
    public DocumentedDialect? Find(string name) => Documented.FirstOrDefault(dialect => dialect.Name == name);
}
