using TokenAuth.Tests.Infrastructure;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// The tests of the published server run one after the other and are begun first, then those of browsers, so that none of them
/// stands alone at the end while the other processors have nothing to do.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : Xunit.Sdk.ITestCollection =>
        [
            .. testCollections.OrderBy(collection => collection.TestCollectionClassName is null)
                .ThenBy(collection => !collection.TestCollectionDisplayName.Contains(".Browser.", StringComparison.Ordinal)),
        ];
}
