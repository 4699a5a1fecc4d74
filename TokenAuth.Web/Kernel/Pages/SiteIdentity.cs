using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// The name, the logo, the colour and the help of the community or service, for the layout of the pages. The server
/// serves the logo and a style sheet with the colour itself, because pages load nothing from elsewhere and have no
/// inline style.
/// </summary>
internal sealed class SiteIdentity
{
    private const string LogoPath = "/site/logo";

    private const string AccentPath = "/site/accent.css";

    private readonly SiteOptions _site;

    private readonly SiteFile? _logo;

    private readonly SiteFile? _accent;

    public SiteIdentity(TokenAuthOptions options)
    {
        _site = options.Site;
        if (_site.Logo is { } path)
        {
            var logo = LogoFile.Read(path, "TokenAuth:Site:Logo");
            _logo = new SiteFile(logo.ContentType, logo.Content);
        }

        if (_site.Accent is { } text && AccentColor.Read(text) is { } color)
        {
            _accent = new SiteFile(
                "text/css",
                Encoding.ASCII.GetBytes(
                    $":root{{--accent:{color.OnLight}}}"
                    + $"@media(prefers-color-scheme:dark){{:root{{--accent:{color.OnDark}}}}}"));
        }
    }

    public string Name => _site.Name;

    /// <summary>The address of the logo.</summary>
    public string Logo => _logo is null ? "/icon.svg" : $"{LogoPath}?v={_logo.Version}";

    /// <summary>The address of the style sheet with the colour; null if the colour is the default.</summary>
    public string? AccentSheet => _accent is null ? null : $"{AccentPath}?v={_accent.Version}";

    /// <summary>Where people get help; null if nowhere.</summary>
    public string? SupportUrl => _site.SupportUrl;

    /// <summary>Maps the logo and the style sheet, if they are configured.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        if (_logo is not null)
            routes.MapEndpoint(LogoPath, EndpointMapping.Get, _ => Task.FromResult<IResult>(_logo));
        if (_accent is not null)
            routes.MapEndpoint(AccentPath, EndpointMapping.Get, _ => Task.FromResult<IResult>(_accent));
    }

    /// <summary>A file that browsers keep for a year, under an address that has its version.</summary>
    private sealed class SiteFile(string contentType, byte[] content) : IResult
    {
        public string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));

        // Another node may name a version that this one does not have yet.
        public Task ExecuteAsync(HttpContext httpContext) =>
            new PageFile(contentType, content, isKept: httpContext.Request.Query["v"] == Version)
                .ExecuteAsync(httpContext);
    }
}
