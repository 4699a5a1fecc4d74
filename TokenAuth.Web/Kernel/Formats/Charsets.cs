using System.Text;
using Microsoft.Net.Http.Headers;

namespace TokenAuth.Kernel.Formats;

/// <summary>
/// Finds the encoding that a Content-Type or an XML declaration names. It knows the encodings of .NET and its code
/// pages, under their registered names and under common variants (<c>cp1251</c>, <c>iso8859_15</c>), but never UTF-7.
/// </summary>
internal static class Charsets
{
    /// <summary>Used directly and not registered for the process, because only this class needs code pages.</summary>
    private static readonly EncodingProvider Provider = CodePagesEncodingProvider.Instance;

    private static readonly string[] Prefixes = ["cp", "win", "windows", "ibm", "ms"];

    /// <summary>Labels that Java and Python write and .NET does not know.</summary>
    private static readonly Dictionary<string, int> Aliases = new(StringComparer.Ordinal)
    {
        ["windows31j"] = 932,
        ["euckr"] = 51949,
        ["macroman"] = 10000,
        ["utf8sig"] = 65001,
        ["u8"] = 65001,
        ["l1"] = 28591,
    };

    /// <summary>Maps labels, in lower case and without punctuation, to numbers of code pages.</summary>
    private static readonly Dictionary<string, int> CodePages = Read();

    /// <summary>Returns the label in a Content-Type, or null if it has none.</summary>
    public static string? LabelIn(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? LabelIn(type) : null;

    /// <summary>Returns the label in a Content-Type, or null if it has none.</summary>
    public static string? LabelIn(MediaTypeHeaderValue type) => type.Charset.Value?.Trim('"', '\'', ' ');

    /// <summary>Looks up a label. Returns false if it is unknown.</summary>
    /// <param name="label">The label; null or empty if the request has none.</param>
    /// <param name="encoding">
    /// The encoding, which throws <see cref="DecoderFallbackException"/> on invalid bytes. Null if
    /// <see cref="FormDecoder.Text"/> decides: without a label, and for UTF-8 and ASCII, because programs declare these
    /// two and then send something different.
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

    /// <summary>Finds an encoding by a registered name. .NET refuses UTF-7 under all its names.</summary>
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
            // If two encodings have the same name, take the one that .NET prefers.
            pages[Compact(encoding.Name)] = Named(encoding.Name)?.CodePage ?? encoding.CodePage;
            foreach (var prefix in Prefixes)
                pages.TryAdd($"{prefix}{encoding.CodePage}", encoding.CodePage);
        }

        foreach (var (alias, page) in Aliases)
            pages.TryAdd(alias, page);
        return pages;
    }
}
