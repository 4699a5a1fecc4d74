using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Pages;

/// <summary>The name, the logo and the colours of the community or service, for the pages.</summary>
internal sealed class SiteIdentity(TokenAuthOptions options)
{
    public string Name => options.Site.Name;

    /// <summary>The address of the logo.</summary>
    public string Icon => "/icon.svg";

    /// <summary>The address of the style sheet with the accent colour; null if it is the default colour.</summary>
    public string? AccentSheet => null;

    /// <summary>The address where people get help; null if there is none.</summary>
    public string? SupportUrl => null;
}
