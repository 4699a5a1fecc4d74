using TokenAuth.Tests.Infrastructure;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// Starts the tests of the published server first, because they run one after another, then the browser tests. This way
/// no long test runs alone at the end while the other processors are idle.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : Xunit.Sdk.ITestCollection =>
        [
            .. testCollections.OrderBy(collection => collection.TestCollectionClassName is null)
                .ThenBy(collection =>
                    !collection.TestCollectionDisplayName.Contains(".Browser.", StringComparison.Ordinal)),
        ];
}
