namespace TokenAuth.Kernel.Applications;

/// <summary>
/// The logo of an application, in a table of its own, so that calls do not read it. Only its owner and administrators
/// see it until an administrator has approved it, because a logo can pretend to be another application.
/// </summary>
internal sealed class ApplicationLogo
{
    /// <summary>The maximum size of the picture in bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    public long ApplicationId { get; set; }

    /// <summary>The media type, as the picture's bytes tell: <c>image/png</c>.</summary>
    public required string MediaType { get; set; }

    public required byte[] Content { get; set; }

    /// <summary>The SHA-256 of the content in hexadecimal digits, which is part of the logo's address.</summary>
    public required string Hash { get; set; }

    public bool IsApproved { get; set; }
}
