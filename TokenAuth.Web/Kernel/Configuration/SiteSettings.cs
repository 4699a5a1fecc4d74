namespace TokenAuth.Kernel.Configuration;

/// <summary>Checks the options of the site's name, logo, colour and help.</summary>
internal static class SiteSettings
{
    private const int MaxNameLength = 60;

    /// <summary>Checks the options, and makes the logo's path absolute.</summary>
    /// <param name="section">The section's name, for messages.</param>
    /// <param name="contentRoot">The directory that a relative path is in.</param>
    /// <exception cref="SettingsException">An option is wrong.</exception>
    public static void Check(SiteOptions site, string section, string contentRoot)
    {
        if (string.IsNullOrWhiteSpace(site.Name)
            || site.Name.Length > MaxNameLength
            || site.Name.Any(char.IsControl))
        {
            throw new SettingsException(
                $"{section}:{nameof(site.Name)}", $"is not a line of 1 to {MaxNameLength} characters");
        }

        if (site.Accent is { } accent && AccentColor.Read(accent) is null)
            throw new SettingsException($"{section}:{nameof(site.Accent)}", "is not a colour such as #0b57b0");
        if (site.SupportUrl is { } support && !IsSupportUrl(support))
        {
            throw new SettingsException(
                $"{section}:{nameof(site.SupportUrl)}",
                "is neither an https address nor mailto: with an e-mail address");
        }

        if (site.Logo is null)
            return;
        var option = $"{section}:{nameof(site.Logo)}";
        if (string.IsNullOrWhiteSpace(site.Logo) || site.Logo.Any(char.IsControl))
            throw new SettingsException(option, "is not a path");
        site.Logo = Path.GetFullPath(site.Logo, contentRoot);
        LogoFile.Read(site.Logo, option);
    }

    private static bool IsSupportUrl(string text)
    {
        const string Mail = "mailto:";
        if (!text.StartsWith(Mail, StringComparison.OrdinalIgnoreCase))
            return WebAddress.Read(text) is { Scheme: "https" };
        var address = text.AsSpan(Mail.Length);
        if (address.IndexOf('?') is >= 0 and var query)
            address = address[..query];
        return address.Count('@') == 1
            && !address.StartsWith('@')
            && !address.EndsWith('@')
            && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));
    }
}
