using System.Text;
using Microsoft.Net.Http.Headers;

namespace TokenAuth.Kernel.Formats;

/// <summary>
/// The encodings that requests name, in a Content-Type or an XML declaration: those of .NET and its code pages, by
/// their registered names and by what programs call them (<c>cp1251</c>, <c>iso8859_15</c>), and never UTF-7.
/// </summary>
internal static class Charsets
{
    /// <summary>Asked here only, and not registered for the whole process: nobody else needs code pages.</summary>
    private static readonly EncodingProvider Provider = CodePagesEncodingProvider.Instance;

    private static readonly string[] Prefixes = ["cp", "win", "windows", "ibm", "ms"];

    /// <summary>What Java and Python write, and .NET does not know.</summary>
    private static readonly Dictionary<string, int> Aliases = new(StringComparer.Ordinal)
    {
        ["windows31j"] = 932,
        ["euckr"] = 51949,
        ["macroman"] = 10000,
        ["utf8sig"] = 65001,
        ["u8"] = 65001,
        ["l1"] = 28591,
    };

    /// <summary>Labels without case and punctuation, and the numbers of code pages behind the usual prefixes.</summary>
    private static readonly Dictionary<string, int> CodePages = Read();

    /// <summary>The label in a Content-Type; null where there is none.</summary>
    public static string? LabelIn(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? LabelIn(type) : null;

    /// <summary>The label in a Content-Type; null where there is none.</summary>
    public static string? LabelIn(MediaTypeHeaderValue type) => type.Charset.Value?.Trim('"', '\'', ' ');

    /// <summary>Looks a label up; false where nobody knows it.</summary>
    /// <param name="label">Null or empty for none.</param>
    /// <param name="encoding">
    /// Throws <see cref="DecoderFallbackException"/> at bytes that mean nothing in it. Null where
    /// <see cref="FormDecoder.Text"/> decides: without a label, and for UTF-8 and ASCII, which programs name without
    /// looking at what they send.
    /// </param>
    public static bool TryFind(string? label, out Encoding? encoding)
    {
        encoding = null;
        if (string.IsNullOrEmpty(label))
            return true;
        var compact = Compact(label);
        encoding = CodePages.TryGetValue(compact, out var page) ? Strict(page) : Named(label) ?? Named(compact);
        if (encoding is null)
            return false;
        if (encoding.CodePage == Encoding.UTF8.CodePage || encoding.CodePage == Encoding.ASCII.CodePage)
            encoding = null;
        return true;
    }

    private static Encoding Strict(int page) =>
        Provider.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
        ?? Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    /// <summary>By one of the names that are registered; .NET refuses UTF-7 under each of its names.</summary>
    private static Encoding? Named(string label)
    {
        try
        {
            return Provider.GetEncoding(label, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(label, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string Compact(string label) =>
        string.Concat(label.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private static Dictionary<string, int> Read()
    {
        var pages = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var encoding in Provider.GetEncodings().Concat(Encoding.GetEncodings()))
        {
            // Where two have the same name, .NET prefers one of them.
            pages[Compact(encoding.Name)] = Named(encoding.Name)?.CodePage ?? encoding.CodePage;
            foreach (var prefix in Prefixes)
                pages.TryAdd($"{prefix}{encoding.CodePage}", encoding.CodePage);
        }

        foreach (var (alias, page) in Aliases)
            pages.TryAdd(alias, page);
        return pages;
    }
}
