using System.Reflection;
using System.Text.RegularExpressions;

namespace TokenAuth.Tests.Documentation;

/// <summary>The claims of docs/security.md name tests that exist.</summary>
public sealed partial class SecurityPageTests
{
    [Fact]
    public void Every_named_test_exists()
    {
        var tests = typeof(SecurityPageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => method.GetCustomAttributes<FactAttribute>().Any())
                .SelectMany(method => (string[])[$"{type.Name.Split('`')[0]}.{method.Name}", $"{type.Name.Split('`')[0]}.*"]))
            .ToHashSet(StringComparer.Ordinal);
        var named = TestName().Matches(Page.Text("security.md")).Select(match => match.Groups["name"].Value).ToList();

        Assert.True(named.Count > 20);
        Assert.DoesNotContain(named, name => !tests.Contains(name));
    }

    /// <summary>Every row of the tables names a test, or says in its last column why there is none.</summary>
    [Fact]
    public void Every_row_has_a_test_or_a_reason()
    {
        var rows = Page.Text("security.md").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.TrimEnd('|', ' ').Split(" | "))
            .ToList();

        Assert.NotEmpty(rows);
        Assert.DoesNotContain(rows, cells => cells[^1].Length < 4);
    }

    [GeneratedRegex(@"`(?<name>[A-Z]\w+(?:Tests|Contract)\.(?:[A-Z]\w+|\*))`", RegexOptions.ExplicitCapture)]
    private static partial Regex TestName();
}
