using System.Security.Cryptography;
using System.Text.RegularExpressions;
using TokenAuth.Kernel.Signing;
using TokenAuth.MediaPost;

namespace TokenAuth.Tests.Architecture;

/// <summary>Folders are layers: the kernel references no feature, and a feature references only the kernel.</summary>
public sealed partial class LayerTests
{
    [Fact]
    public void The_folders_are_layers()
    {
        Assert.Subset(
            Layers.Features.ToHashSet(StringComparer.Ordinal),
            new HashSet<string>(["MediaPost", "Login", "MyAccount", "Commands"], StringComparer.Ordinal));
        Assert.All(
            Layers.Features,
            feature => Assert.Contains(Layers.Types, type => Layers.Of(type) == feature && Layers.IsWritten(type)));
        Assert.True(Layers.Types.Count(type => Layers.Of(type) == Layers.Kernel) > 100);
        Assert.Contains(
            Layers.Types,
            type => Layers.Of(type) == "MediaPost" && !Layers.IsWritten(type) && type.Name == "MediaPost_LoginScript");
    }

    [Fact]
    public void References_are_found_in_fields_signatures_attributes_and_code()
    {
        // First a field and code in a compiler-generated class, then a base type, then a generic argument.
        AssertUses(typeof(MediaPostRequest), typeof(SignatureBaseString));
        AssertUses(typeof(MediaPostRequest), typeof(ValueGrammars));
        AssertUses(typeof(MediaPostRequest), typeof(ValueGrammar));
        AssertUses(typeof(Signature), typeof(CryptographicOperations));

        static void AssertUses(Type type, Type used) => Assert.Contains(
            References.Of(Layers.Find(type)), reference => reference.FullName == used.FullName);
    }

    [Fact]
    public void The_kernel_references_no_feature() =>
        AssertNone(layer => layer == Layers.Kernel, (_, to) => to != Layers.Kernel);

    [Fact]
    public void A_feature_references_the_kernel_and_no_sibling() =>
        AssertNone(
            Layers.Features.Contains,
            (from, to) => to != from && to != Layers.Kernel && !(from == Layers.Commands && to == Layers.Program));

    /// <summary>
    /// Constants and <c>nameof</c> are gone after compilation, so this test searches the source text.
    /// </summary>
    [Fact]
    public void The_kernels_source_names_no_feature_and_a_features_source_names_no_sibling()
    {
        var features = string.Join('|', Layers.Features);
        var named = new Regex(
            $@"\bTokenAuth\.(?<to>{features})\b|(?<![\w.])(?<to>{features})\.(?<type>[A-Z]\w*)",
            RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        var types = Layers.Types.Select(type => $"{Layers.Of(type)}.{type.Name}").ToHashSet(StringComparer.Ordinal);
        var (files, seen) = (0, 0);
        foreach (var (path, text) in SourceTree.Files(".cs", ".cshtml"))
        {
            var from = path.Split('/')[0];
            if (from != Layers.Kernel && !Layers.Features.Contains(from, StringComparer.Ordinal))
                continue;
            files++;
            var code = Comment().Replace(text, "");
            foreach (Match match in named.Matches(code))
            {
                seen++;
                var (to, type) = (match.Groups["to"].Value, match.Groups["type"]);
                Assert.False(
                    to != from && (!type.Success || types.Contains($"{to}.{type.Value}")),
                    $"{path} names {match.Value}");
            }
        }

        Assert.True(files > 50 && seen > 10, $"{files} files, {seen} names");
    }

    [Fact]
    public void Only_commands_and_the_program_reference_the_program()
    {
        var callers = Layers.Types.Where(type => References.Of(type).Contains(Layers.Find(typeof(Program))))
            .Select(type => Layers.Of(type)!).ToHashSet(StringComparer.Ordinal);

        Assert.Contains(Layers.Commands, callers);
        Assert.Subset(new HashSet<string>([Layers.Commands, Layers.Program], StringComparer.Ordinal), callers);
    }

    [Fact]
    public void Signatures_are_compared_in_constant_time()
    {
        var code = References.Of(
            Layers.Find(typeof(Signature)).Methods.Single(method => method.Name == nameof(Signature.Matches))).ToList();

        Assert.Contains(code, member => member.Name == "FixedTimeEquals");
        Assert.DoesNotContain(
            code,
            member => member.Name is "op_Equality" or "Equals" or "SequenceEqual" or "Compare" or "CompareOrdinal");
    }

    private static void AssertNone(Func<string, bool> isFrom, Func<string, string, bool> isForbidden)
    {
        var from = Layers.Types.Where(type => isFrom(Layers.Of(type)!)).ToList();
        Assert.NotEmpty(from);
        var wrong = from.SelectMany(type => References.Of(type)
            .Where(to => Layers.Of(to) is { } layer && isForbidden(Layers.Of(type)!, layer))
            .Select(to => $"{type.FullName} -> {to.FullName}")).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|@\*.*?\*@", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
