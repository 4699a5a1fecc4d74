using System.Reflection;
using Xunit.v3;

[assembly: TestFramework(typeof(TokenAuth.Tests.SelectedTests))]

namespace TokenAuth.Tests;

/// <summary>
/// Runs only the tests of the classes that <c>TOKENAUTH_MUTATION_TESTS</c> names, because Stryker runs all tests that it
/// finds for each mutant. The value is a list of beginnings of full class names, separated by commas.
/// </summary>
public sealed class SelectedTests : XunitTestFramework
{
    private static readonly string[] Selected =
        Environment.GetEnvironmentVariable("TOKENAUTH_MUTATION_TESTS")?.Split(',') ?? [];

    /// <inheritdoc/>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) =>
        new Discoverer(((XunitTestFrameworkDiscoverer)base.CreateDiscoverer(assembly)).TestAssembly);

    private sealed class Discoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        protected override bool IsValidTestClass(Type type) =>
            Selected.Any(start => type.FullName!.StartsWith($"TokenAuth.Tests.{start}", StringComparison.Ordinal))
            && base.IsValidTestClass(type);
    }
}
