using System.Collections.Frozen;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace TokenAuth.Reference;

/// <summary>A page for developers.</summary>
/// <param name="Name">The last part of its address, such as <c>mediapost</c>.</param>
/// <param name="Summary">The first paragraph, as plain text.</param>
/// <param name="Html">The whole page, from a file of this project.</param>
internal sealed record ReferencePage(string Name, string Title, string Summary, string Html);

/// <summary>
/// <c>/docs</c>: the pages of <c>docs</c> for developers of applications, as the server was built with, a page for
/// each method with a form that calls it, and the signing debugger. Owns their list, and how Markdown becomes HTML.
/// </summary>
internal static class ReferenceFeature
{
    public const string Path = "/docs";

    private const string Prefix = "docs/";

    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .DisableHtml()
        .Build();

    private static readonly Lazy<FrozenDictionary<string, ReferencePage>> Read = new(() =>
    {
        var assembly = typeof(ReferenceFeature).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return Render(name[Prefix.Length..], reader.ReadToEnd());
            })
            .ToFrozenDictionary(page => page.Name, StringComparer.Ordinal);
    });

    /// <summary>Registers the service of the pages that call methods.</summary>
    public static IServiceCollection AddReference(this IServiceCollection services) =>
        services.AddSingleton<TrialRun>();

    /// <summary>All pages, by their titles.</summary>
    public static IEnumerable<ReferencePage> Pages =>
        Read.Value.Values.OrderBy(page => page.Title, StringComparer.Ordinal);

    /// <summary>Returns a page; null if there is none of this name.</summary>
    public static ReferencePage? Find(string name) => Read.Value.GetValueOrDefault(name);

    private static ReferencePage Render(string name, string text)
    {
        var document = Markdig.Markdown.Parse(text, Markdown);
        foreach (var link in document.Descendants<LinkInline>().ToList())
            Rewrite(link);
        // A wide table and a long line scroll on their own, also with the keyboard.
        var html = document.ToHtml(Markdown)
            .Replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>", StringComparison.Ordinal)
            .Replace("</table>", "</table></div>", StringComparison.Ordinal)
            .Replace("<pre>", "<pre tabindex=\"0\">", StringComparison.Ordinal);
        return new ReferencePage(
            name,
            TextOf(document.Descendants<HeadingBlock>().First().Inline!),
            TextOf(document.OfType<ParagraphBlock>().First().Inline!),
            html);
    }

    /// <summary>Links to other pages of the list lead there. Links to files that are not served become text.</summary>
    private static void Rewrite(LinkInline link)
    {
        if (link.Url is not { } url || url.StartsWith('#') || url.Contains("://", StringComparison.Ordinal))
            return;
        var (file, anchor) = url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at
            ? (url[..at], url[at..])
            : (url, "");
        var name = System.IO.Path.GetFileNameWithoutExtension(file);
        var isServed = typeof(ReferenceFeature).Assembly.GetManifestResourceInfo(Prefix + name) is not null
            && file.EndsWith(".md", StringComparison.Ordinal);
        if (isServed)
            link.Url = $"{Path}/{name}{anchor}";
        else
            link.ReplaceBy(new ContainerInline().AppendChild(new LiteralInline(TextOf(link))));
    }

    private static string TextOf(ContainerInline inline) => string.Concat(
        inline.Descendants().Select(part => part switch
        {
            LiteralInline literal => literal.Content.ToString(),
            CodeInline code => code.Content,
            LineBreakInline => " ",
            _ => "",
        }));
}
