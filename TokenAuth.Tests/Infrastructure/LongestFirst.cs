using TokenAuth.Tests.Infrastructure;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// The tests that share a browser or the published server run one after the other: begun first, they do not stand alone at the
/// end while the other processors have nothing to do.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : Xunit.Sdk.ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionClassName is null)];
}
