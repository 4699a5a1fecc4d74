using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TokenAuth.Kernel.Languages;
using TokenAuth.Tests.Architecture;

namespace TokenAuth.Tests.Languages;

/// <summary>Every text that the sources show has a translation in each language, and every translation is used.</summary>
public sealed partial class TranslationTests
{
    public static TheoryData<string> Codes => [.. Language.All.Skip(1).Select(language => language.Code)];

    /// <summary>The texts in the sources, with the file of one use.</summary>
    private static readonly Lazy<Dictionary<string, string>> Used = new(() =>
    {
        var used = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in SourceTree.Files(".cs", ".cshtml"))
        {
            foreach (Match use in Use().Matches(file.Text))
            {
                foreach (Group literal in (Group[])[use.Groups["text"], use.Groups["plural"]])
                {
                    if (literal.Success)
                        used[Value(literal.Value)] = file.Path;
                }
            }
        }

        return used;
    });

    [Fact]
    public void The_sources_show_texts() => Assert.True(Used.Value.ContainsKey("Sign out?"));

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_text_has_a_translation(string code)
    {
        var translated = Translations(code);

        Assert.Empty(from use in Used.Value where !translated.ContainsKey(use.Key) select $"{use.Value}: {use.Key}");
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_translation_is_used(string code) =>
        Assert.Empty(Translations(code).Keys.Except(Used.Value.Keys, StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_text_has_one_translation_however_many_folders_use_it(string code)
    {
        var doubled = Entries(code)
            .GroupBy(entry => entry.Text, entry => entry.File, StringComparer.Ordinal)
            .Where(files => files.Count() > 1)
            .Select(files => $"{files.Key}: {string.Join(", ", files)}");

        Assert.Empty(doubled);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_translation_has_the_placeholders_and_the_markup_of_the_text(string code) => Assert.Empty(
        from pair in Translations(code)
        where !Fixed(pair.Key).SequenceEqual(Fixed(pair.Value), StringComparer.Ordinal)
        select pair.Key);

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_translation_can_stand_in_an_attribute(string code) =>
        Assert.DoesNotContain(Translations(code).Values, text => text.Contains('"', StringComparison.Ordinal));

    /// <summary>The satellite assemblies have what the source files have.</summary>
    [Theory]
    [MemberData(nameof(Codes))]
    public void The_server_shows_the_translation(string code)
    {
        var texts = new Texts();
        CultureInfo.CurrentUICulture = Language.Find(code)!.Culture;

        Assert.All(Translations(code), pair => Assert.Equal(pair.Value, texts[pair.Key].Value));
    }

    /// <summary>The placeholders and tags of a text, in any order.</summary>
    private static IEnumerable<string> Fixed(string text) =>
        FixedPart().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    private static Dictionary<string, string> Translations(string code) => Entries(code)
        .GroupBy(entry => entry.Text, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First().Translation, StringComparer.Ordinal);

    private static IEnumerable<(string File, string Text, string Translation)> Entries(string code) =>
        from file in SourceTree.Files($".{code}.resx")
        from data in XDocument.Parse(file.Text).Root!.Elements("data")
        select (file.Path, data.Attribute("name")!.Value, data.Element("value")!.Value);

    /// <summary>The text of a literal, or of literals that are joined by <c>+</c>.</summary>
    private static string Value(string literals) => string.Concat(
        Literal().Matches(literals).Select(literal => Regex.Unescape(literal.Groups["inner"].Value)));

    [GeneratedRegex(
        """
        (?: \b(?:T|texts|Texts)\[\s* | \bnew\s+Text\(\s* | \.Plural\(\s*[^",]+,\s* )
        (?<text> "(?:[^"\\]|\\.)*" (?:\s*\+\s*"(?:[^"\\]|\\.)*")* )
        (?: (?<=\.Plural\([^"]*"[^"]*") \s*,\s* (?<plural> "(?:[^"\\]|\\.)*" ) )?
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Use();

    [GeneratedRegex(@"\G(?:\s*\+\s*)?""(?<inner>(?:[^""\\]|\\.)*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{\d+\}|</?[a-z]+>")]
    private static partial Regex FixedPart();
}
