using System.Xml;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Configuration;

/// <summary>The file of the site's logo. Its content decides about its type, not its name.</summary>
internal sealed record LogoFile(string ContentType, byte[] Content)
{
    /// <summary>The maximum size. Every page loads the logo.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the file.</summary>
    /// <param name="option">The option with the path, for the message.</param>
    /// <exception cref="SettingsException">The file cannot be read, is too large, or is no picture.</exception>
    public static LogoFile Read(string path, string option)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new SettingsException(option, $"{path} is larger than {MaxBytes / 1024} KiB");
            var content = File.ReadAllBytes(path);
            return TypeOf(content) is { } type
                ? new LogoFile(type, content)
                : throw new SettingsException(option, $"{path} is not SVG, PNG or WebP");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(option, failure.Message);
        }
    }

    private static string? TypeOf(byte[] content) => PictureType.Of(content) switch
    {
        PictureType.Png or PictureType.WebP => PictureType.Of(content),
        _ when IsSvg(content) => "image/svg+xml",
        _ => null,
    };

    private static bool IsSvg(byte[] content)
    {
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(content),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            var isSvg = reader.MoveToContent() == XmlNodeType.Element
                && reader is { LocalName: "svg", NamespaceURI: "http://www.w3.org/2000/svg" };
            while (reader.Read())
            {
                // Browsers show nothing of a picture that is not well-formed.
            }

            return isSvg;
        }
        catch (XmlException)
        {
            return false;
        }
    }
}
