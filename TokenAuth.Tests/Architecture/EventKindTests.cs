using System.Text.RegularExpressions;
using TokenAuth.Kernel.Events;

namespace TokenAuth.Tests.Architecture;

/// <summary>Every kind of security event is recorded by somebody, and the operator's guide says what it means.</summary>
public sealed partial class EventKindTests
{
    [Fact]
    public void Every_kind_is_recorded_somewhere()
    {
        // Where kinds are declared, and where they are put into words.
        string[] others = ["Kernel/Events/SecurityEvent.cs", "MyAccount/EventWords.cs"];
        var recorded = SourceTree.Files(".cs").Where(file => !others.Contains(file.Path, StringComparer.Ordinal))
            .SelectMany(file => KindName().Matches(file.Text)).Select(match => match.Value).Distinct(StringComparer.Ordinal);

        Assert.Equal(Enum.GetNames<EventKind>().Order(StringComparer.Ordinal), recorded.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_of_the_operators_guide_has_every_kind_and_no_other()
    {
        var guide = File.ReadAllText(Path.Combine(SourceTree.Root.FullName, "docs", "operations.md"));
        var section = guide[guide.IndexOf("## Security events", StringComparison.Ordinal)..];
        var table = TableRow().Matches(section[..section.IndexOf("\n## ", 1, StringComparison.Ordinal)]).Select(match => match.Groups["kind"].Value);

        Assert.Equal(Enum.GetValues<EventKind>().Select(SecurityLog.NameOf).Order(StringComparer.Ordinal), table.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"(?<=\bEventKind\.)[A-Z]\w+")]
    private static partial Regex KindName();

    [GeneratedRegex(@"^\| `(?<kind>[a-z_]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TableRow();
}
