using System.Reflection;
using System.Text.RegularExpressions;

namespace TokenAuth.Tests.Documentation;

/// <summary>
/// The claims of docs/security.md and docs/asvs.md name tests that exist, and no requirement is forgotten.
/// </summary>
public sealed partial class SecurityClaimTests
{
    /// <summary>
    /// The requirements of ASVS 5.0: a line for each chapter, in it a word for each section, and in that the level of
    /// each requirement. The second word of the first line begins with 1.2.1.
    /// </summary>
    private static readonly string[] Levels =
    [
        "22 1111122223 112222222223 222 123",
        "122 112 12223 23",
        "3 113 12223 11222233 11122333 3 22333",
        "12233 23333 22 1222",
        "2 112333 113 222",
        "122 111111112222 11223333 112233 22222333 2223 33 2222",
        "222 1111 22 11222 223 22",
        "1233 1123 133 23",
        "111 1222",
        "22 223 22223 1111122222233333 22222 22 222",
        "2233 22233 11233 1222 23 23 33",
        "12233 11 22223",
        "2333 222223 2233 1222233",
        "22 12223333 122",
        "12233 12233 1222222 3333",
        "2 22222 2222 222 2223",
        "23 22223333 22",
    ];

    [Theory]
    [InlineData("security.md")]
    [InlineData("asvs.md")]
    public void Every_named_test_exists(string page)
    {
        var tests = typeof(SecurityClaimTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => method.GetCustomAttributes<FactAttribute>().Any())
                .SelectMany(method => (string[])[$"{type.Name.Split('`')[0]}.{method.Name}", $"{type.Name.Split('`')[0]}.*"]))
            .ToHashSet(StringComparer.Ordinal);
        var named = TestName().Matches(Page.Text(page)).Select(match => match.Groups["name"].Value).ToList();

        Assert.True(named.Count > 20);
        Assert.DoesNotContain(named, name => !tests.Contains(name));
    }

    /// <summary>Every row of the tables names a test, or says in its last column why there is none.</summary>
    [Theory]
    [InlineData("security.md")]
    [InlineData("asvs.md")]
    public void Every_row_has_a_test_or_a_reason(string page)
    {
        var rows = Page.Text(page).Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.TrimEnd('|', ' ').Split(" | "))
            .ToList();

        Assert.NotEmpty(rows);
        Assert.DoesNotContain(rows, cells => cells[^1].Length < 4);
    }

    /// <summary>
    /// The rows are in the order of the standard, with their levels. <c>17.1.1 (2)</c> names one that does not apply.
    /// </summary>
    [Fact]
    public void Every_requirement_of_levels_1_and_2_has_a_row_or_does_not_apply()
    {
        var expected =
            from chapter in Levels.Index()
            from section in chapter.Item.Split(' ').Index()
            from requirement in section.Item.Index()
            where requirement.Item != '3'
            select $"{chapter.Index + 1}.{section.Index + 1}.{requirement.Index + 1} {requirement.Item}";
        var found = Requirement().Matches(Page.Text("asvs.md"))
            .Select(match => $"{match.Groups["id"].Value} {match.Groups["level"].Value}");

        Assert.Equal(expected, found, StringComparer.Ordinal);
    }

    [GeneratedRegex(@"`(?<name>[A-Z]\w+(?:Tests|Contract)\.(?:[A-Z]\w+|\*))`", RegexOptions.ExplicitCapture)]
    private static partial Regex TestName();

    /// <summary>A row, or a requirement with its level in parentheses.</summary>
    [GeneratedRegex(@"\b(?<id>\d+\.\d+\.\d+) (\| |\()(?<level>[123])( \||\))", RegexOptions.ExplicitCapture)]
    private static partial Regex Requirement();
}
