using System.Text.RegularExpressions;
using TokenAuth.Kernel.Events;

namespace TokenAuth.Tests.Architecture;

/// <summary>The server records every kind of security event, and the operator's guide explains each.</summary>
public sealed partial class EventKindTests
{
    [Fact]
    public void The_server_records_every_kind()
    {
        // The files that declare the kinds and describe them.
        string[] others =
            ["Kernel/Events/SecurityEvent.cs", "Kernel/Accounts/Messages/Notice.cs", "MyAccount/EventWords.cs"];
        var recorded = SourceTree.Files(".cs").Where(file => !others.Contains(file.Path, StringComparer.Ordinal))
            .SelectMany(file => KindName().Matches(file.Text))
            .Select(match => match.Value)
            .Distinct(StringComparer.Ordinal);

        Assert.Equal(Enum.GetNames<EventKind>().Order(StringComparer.Ordinal), recorded.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_of_the_operators_guide_lists_exactly_the_kinds()
    {
        var guide = File.ReadAllText(Path.Combine(SourceTree.Root.FullName, "docs", "operations.md"));
        var section = guide[guide.IndexOf("## Security events", StringComparison.Ordinal)..];
        var table = TableRow().Matches(section[..section.IndexOf("\n## ", 1, StringComparison.Ordinal)])
            .Select(match => match.Groups["kind"].Value);

        Assert.Equal(
            Enum.GetValues<EventKind>().Select(SecurityLog.NameOf).Order(StringComparer.Ordinal),
            table.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"(?<=\bEventKind\.)[A-Z]\w+")]
    private static partial Regex KindName();

    [GeneratedRegex(@"^\| `(?<kind>[a-z_]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TableRow();
}
