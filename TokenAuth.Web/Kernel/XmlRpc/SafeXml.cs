using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.XmlRpc;

/// <summary>
/// Reads XML that comes from anywhere: no DTD, no entities but the five, no external anything, elements no deeper than a
/// bound. The size of the body is bounded before it arrives here.
/// </summary>
internal static partial class SafeXml
{
    /// <summary>Of elements in elements. A struct in a struct takes three.</summary>
    private const int DeepestElement = 96;

    static SafeXml() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The root element, or null where the bytes are no well-formed XML within the bounds.</summary>
    public static XElement? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            };
            var text = Decode(bytes);
            using (var depths = XmlReader.Create(new StringReader(text), settings))
            {
                while (depths.Read())
                {
                    if (depths.Depth > DeepestElement)
                        return null;
                }
            }

            using var reader = XmlReader.Create(new StringReader(text), settings);
            return XElement.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>As a byte order mark or the declaration says; without either, UTF-8, or ISO-8859-1 where it is not valid UTF-8.</summary>
    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            return FormDecoder.Text(bytes[3..]);

        var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 200)]);
        var name = DeclaredEncoding().Match(start).Groups["name"].Value;
        if (name.Length == 0 || name.StartsWith("utf", StringComparison.OrdinalIgnoreCase) || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            return FormDecoder.Text(bytes).TrimStart();
        try
        {
            return Encoding.GetEncoding(name).GetString(bytes);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            // The latter is UTF-7, under its older names.
            return FormDecoder.Text(bytes);
        }
    }

    [GeneratedRegex("""^\s*<\?xml[^>]*?\sencoding\s*=\s*["'](?<name>[A-Za-z0-9._-]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DeclaredEncoding();
}
