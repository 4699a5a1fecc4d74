using TokenAuth.Kernel.Applications;

namespace TokenAuth.Developers;

/// <summary>Reads the picture of a form.</summary>
internal static class LogoUpload
{
    public const string Problem = $"The logo was not accepted. It {ApplicationLogos.Rule}.";

    /// <summary>Reads one byte more than a logo may have, so that a larger file is noticed.</summary>
    public static async Task<byte[]> ReadAsync(IFormFile file, CancellationToken cancellation)
    {
        await using var stream = file.OpenReadStream();
        var content = new byte[ApplicationLogo.MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
        return content[..length];
    }
}
