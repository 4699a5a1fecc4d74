using System.Runtime.CompilerServices;
using Mono.Cecil;

namespace TokenAuth.Tests.Architecture;

/// <summary>Rules for the shape of the product's types and files.</summary>
public sealed class ShapeTests
{
    [Fact]
    public void Classes_are_sealed_static_or_abstract()
    {
        var classes = Layers.Types.Where(
            type => type is { IsClass: true, IsValueType: false } && Layers.IsWritten(type)).ToList();

        Assert.True(classes.Count > 100);
        Assert.All(classes, type => Assert.True(type.IsSealed || type.IsAbstract, type.FullName));
    }

    [Fact]
    public void No_type_has_a_vague_name()
    {
        string[] vague = ["Helper", "Helpers", "Manager", "Util", "Utils", "Utility", "Utilities"];
        var names = Layers.Types.Where(Layers.IsWritten).Select(type => type.Name.Split('`')[0]).ToList();

        Assert.True(names.Count > 100);
        Assert.DoesNotContain(names, name => vague.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)));
    }

    [Fact]
    public void No_type_is_public()
    {
        var written = Layers.Types.Where(type => Layers.IsWritten(type)).ToList();

        Assert.NotEmpty(written);
        Assert.DoesNotContain(written, type => type.IsPublic);
    }

    [Fact]
    public void The_program_is_a_table_of_contents_of_at_most_eighty_lines() =>
        Assert.InRange(Lines(SourceTree.Files(".cs").Single(file => file.Path == "Program.cs").Text), 20, 80);

    [Fact]
    public void No_file_is_longer_than_250_lines()
    {
        var files = SourceTree.Files(".cs", ".cshtml");

        Assert.True(files.Count > 80);
        Assert.All(files, file => Assert.True(Lines(file.Text) <= 250, $"{file.Path} has {Lines(file.Text)} lines"));
    }

    [Fact]
    public void No_line_is_longer_than_120_columns()
    {
        var tooLong =
            from file in SourceTree.Files(".cs", ".cshtml")
            from line in file.Text.Split('\n').Index()
            where line.Item.TrimEnd('\r').Length > 120
            select $"{file.Path}:{line.Index + 1}";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void The_program_names_every_feature()
    {
        var program = SourceTree.Files(".cs").Single(file => file.Path == "Program.cs").Text;
        var called = Layers.Types.Where(type => Layers.Of(type) == Layers.Program)
            .SelectMany(type => type.Methods)
            .SelectMany(References.Of)
            .ToHashSet();
        var features = Layers.Types.Where(type => type.Name.EndsWith("Feature", StringComparison.Ordinal)).ToList();

        Assert.True(features.Count >= 5);
        foreach (var feature in features)
        {
            var parts = feature.Methods.Where(method => method.IsPublic && method.CustomAttributes.Any(
                attribute => attribute.AttributeType.FullName == typeof(ExtensionAttribute).FullName)).ToList();
            Assert.All(
                parts,
                part => Assert.True(called.Contains(part), $"Program.cs does not call {feature.Name}.{part.Name}"));
            Assert.True(
                parts.Count > 0 || program.Contains(feature.Name, StringComparison.Ordinal),
                $"Program.cs does not name {feature.Name}");
        }
    }

    /// <summary>
    /// A client can send any host name, so only these files decide how to use it. PastedRequest sets it, for a request
    /// that is explained and never answered.
    /// </summary>
    [Fact]
    public void Only_four_files_know_the_host_that_a_request_names()
    {
        string[] own =
        [
            "Kernel/Calls/Signatures/PastedRequest.cs", "Kernel/Http/PublicHost.cs", "Kernel/Http/RequestOrigin.cs",
            "Kernel/Http/ServerUrl.cs",
        ];
        string[] names = ["equest.Host", "GetDisplayUrl", "GetEncodedUrl", "Headers.Host", "UriHelper"];
        var readers = SourceTree.Files(".cs", ".cshtml").Where(
            file => names.Any(name => file.Text.Contains(name, StringComparison.Ordinal)));

        Assert.Equal(own, readers.Select(file => file.Path).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>
    /// The exempt files change nothing that a check returns: the sweep deletes expired rows, and no answer holds the
    /// time of the last use or proof.
    /// </summary>
    [Fact]
    public void A_file_that_changes_cached_rows_invalidates_them()
    {
        string[] changes =
        [
            "DELETE FROM sessions", "UPDATE sessions SET", "UPDATE accounts SET state", "UPDATE applications SET",
        ];
        string[] exempt =
            ["Kernel/Operations/ExpirySweep.cs", "Kernel/Sessions/SessionUses.cs", "Kernel/Pages/FreshProof.cs"];
        var files = SourceTree.Files(".cs")
            .Where(file => !exempt.Contains(file.Path, StringComparer.Ordinal))
            .Where(file => changes.Any(change => file.Text.Contains(change, StringComparison.Ordinal)))
            .ToList();

        Assert.True(files.Count >= 4);
        Assert.All(
            files,
            file => Assert.True(
                file.Text.Contains("invalidator.Invalidate", StringComparison.Ordinal),
                $"{file.Path} does not invalidate cached rows"));
    }

    /// <summary>
    /// A backtracking expression can take seconds on hostile input; a non-backtracking one slows the start.
    /// </summary>
    [Fact]
    public void The_product_uses_no_regular_expression()
    {
        var references = Layers.Module.AssemblyReferences.Select(assembly => assembly.Name).ToList();

        Assert.Contains("System.Linq", references, StringComparer.Ordinal);
        Assert.DoesNotContain("System.Text.RegularExpressions", references, StringComparer.Ordinal);
        Assert.All(
            SourceTree.Files(".cs", ".cshtml"),
            file => Assert.DoesNotContain("RegularExpression", file.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_product_starts_no_process_and_asks_no_directory()
    {
        string[] unused =
        [
            "System.Diagnostics.Process", "System.DirectoryServices", "System.DirectoryServices.Protocols",
            "System.Xml.XPath", "System.Xml.XPath.XDocument",
        ];
        var references = Layers.Module.AssemblyReferences.Select(assembly => assembly.Name).ToList();

        Assert.Contains("System.Linq", references, StringComparer.Ordinal);
        Assert.DoesNotContain(references, name => unused.Contains(name, StringComparer.Ordinal));
    }

    [Fact]
    public void No_script_writes_markup_runs_text_keeps_data_or_talks_to_other_windows()
    {
        string[] forbidden =
        [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "localStorage",
            "sessionStorage", "indexedDB", "document.cookie", "postMessage",
        ];
        var scripts = Directory.GetFiles(Path.Combine(SourceTree.Root.FullName, "wwwroot", "js"), "*.js");

        Assert.True(scripts.Length >= 5);
        foreach (var script in scripts)
        {
            var text = File.ReadAllText(script);
            Assert.DoesNotContain(forbidden, word => text.Contains(word, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_page_declares_its_route()
    {
        var pages = SourceTree.Files(".cshtml")
            .Where(file => file.Text.StartsWith("@page", StringComparison.Ordinal)).ToList();

        Assert.True(pages.Count >= 5);
        Assert.All(pages, page => Assert.True(page.Text.StartsWith("@page \"/", StringComparison.Ordinal), page.Path));
        Assert.All(
            SourceTree.Files(".cshtml").Except(pages),
            part => Assert.DoesNotContain("@page", part.Text, StringComparison.Ordinal));
    }

    private static int Lines(string text) => text.TrimEnd('\n').Count(c => c == '\n') + 1;
}
