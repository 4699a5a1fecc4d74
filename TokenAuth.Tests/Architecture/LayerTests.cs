using System.Text.RegularExpressions;
using TokenAuth.Kernel.Signing;
using TokenAuth.MediaPost;

namespace TokenAuth.Tests.Architecture;

/// <summary>The folders are the walls: the kernel knows no feature, and a feature knows the kernel only.</summary>
public sealed partial class LayerTests
{
    [Fact]
    public void The_walls_are_where_they_are_thought_to_be()
    {
        Assert.Subset(Houses.Features.ToHashSet(StringComparer.Ordinal), new HashSet<string>(["MediaPost", "Login", "AccountPages", "Commands"], StringComparer.Ordinal));
        Assert.All(Houses.Features, feature => Assert.Contains(Houses.Types, type => Houses.Of(type) == feature && Houses.IsWritten(type)));
        Assert.True(Houses.Types.Count(type => Houses.Of(type) == Houses.Kernel) > 100);
        Assert.Contains(Houses.Types, type => Houses.Of(type) == "MediaPost" && !Houses.IsWritten(type) && type.Name == "MediaPost_LoginScript");
    }

    [Fact]
    public void References_are_found_in_fields_signatures_attributes_and_code()
    {
        // In a field and in code that the compiler moved into a class of its own; then in a base; then as a generic argument.
        Assert.Contains(typeof(JoinedText), TypeReferences.Of(typeof(MediaPostRequest)));
        Assert.Contains(typeof(Grammars), TypeReferences.Of(typeof(MediaPostRequest)));
        Assert.Contains(typeof(ValueGrammar), TypeReferences.Of(typeof(MediaPostRequest)));
        Assert.Contains(typeof(System.Security.Cryptography.CryptographicOperations), TypeReferences.Of(typeof(Signature)));
    }

    [Fact]
    public void The_kernel_references_no_feature() => AssertNone(house => house == Houses.Kernel, (_, to) => to != Houses.Kernel);

    [Fact]
    public void A_feature_references_the_kernel_and_no_sibling() =>
        AssertNone(Houses.Features.Contains, (from, to) => to != from && to != Houses.Kernel && !(from == Houses.Commands && to == Houses.Program));

    /// <summary>Constants and <c>nameof</c> are gone after compilation, so the text is looked at as well.</summary>
    [Fact]
    public void No_text_of_the_kernel_names_a_feature_and_none_of_a_feature_a_sibling()
    {
        var features = string.Join('|', Houses.Features);
        var named = new Regex($@"\bTokenAuth\.(?<to>{features})\b|(?<![\w.])(?<to>{features})\.(?<type>[A-Z]\w*)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        var types = Houses.Types.Select(type => $"{Houses.Of(type)}.{type.Name}").ToHashSet(StringComparer.Ordinal);
        var (files, seen) = (0, 0);
        foreach (var (path, text) in SourceTree.Files(".cs", ".cshtml"))
        {
            var folder = path.Split('/')[0];
            var from = folder == "Account" ? "AccountPages" : folder;
            if (from != Houses.Kernel && !Houses.Features.Contains(from, StringComparer.Ordinal))
                continue;
            files++;
            var code = Comment().Replace(text, "");
            foreach (Match match in named.Matches(code))
            {
                seen++;
                var (to, type) = (match.Groups["to"].Value, match.Groups["type"]);
                Assert.False(to != from && (!type.Success || types.Contains($"{to}.{type.Value}")), $"{path} names {match.Value}");
            }
        }

        Assert.True(files > 50 && seen > 10, $"{files} files, {seen} names");
    }

    [Fact]
    public void Only_the_commands_and_the_program_itself_call_the_program()
    {
        var callers = Houses.Types.Where(type => TypeReferences.Of(type).Contains(typeof(Program))).Select(type => Houses.Of(type)!).ToHashSet(StringComparer.Ordinal);

        Assert.Contains(Houses.Commands, callers);
        Assert.Subset(new HashSet<string>([Houses.Commands, Houses.Program], StringComparer.Ordinal), callers);
    }

    [Fact]
    public void Signatures_are_compared_in_constant_time()
    {
        var code = IlReferences.Of(typeof(Signature).GetMethod(nameof(Signature.Matches))!).ToList();

        Assert.Contains(code, member => member.Name == "FixedTimeEquals");
        Assert.DoesNotContain(code, member => member.Name is "op_Equality" or "Equals" or "SequenceEqual" or "Compare" or "CompareOrdinal");
    }

    private static void AssertNone(Func<string, bool> isFrom, Func<string, string, bool> isForbidden)
    {
        var from = Houses.Types.Where(type => isFrom(Houses.Of(type)!)).ToList();
        Assert.NotEmpty(from);
        var wrong = from.SelectMany(type => TypeReferences.Of(type)
            .Where(to => Houses.Of(to) is { } house && isForbidden(Houses.Of(type)!, house))
            .Select(to => $"{type.FullName} -> {to.FullName}")).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|@\*.*?\*@", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
