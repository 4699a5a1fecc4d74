using Microsoft.Data.Sqlite;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Hosting;

/// <summary>A configured value that cannot be used. The message is one line and names the option.</summary>
internal sealed class SettingsException(string option, string why) : Exception($"{option}: {why}");

/// <summary>
/// Reads and checks the section <c>TokenAuth</c>, all of it before anything starts. A name that nobody knows is an
/// error: an option that was misspelt must not be believed to be on.
/// </summary>
internal static class Settings
{
    private const string Root = "TokenAuth";

    /// <summary>The kernel's options; what features read below the root is named, so that it is not unknown.</summary>
    public static TokenAuthOptions Read(IConfiguration configuration, string contentRoot, params ReadOnlySpan<string> featureSections)
    {
        var section = configuration.GetSection(Root);
        var options = Bind<TokenAuthOptions>(section, featureSections);
        Bind<DatabaseOptions>(section.GetSection(nameof(TokenAuthOptions.Database)));
        Bind<KeyRingOptions>(section.GetSection(nameof(TokenAuthOptions.KeyRing)));

        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            throw new SettingsException($"{Root}:DataDirectory", "is empty");
        options.DataDirectory = Path.GetFullPath(options.DataDirectory, contentRoot);
        if (!Enum.IsDefined(options.Database.Provider))
            throw new SettingsException($"{Root}:Database:Provider", "is neither Sqlite nor PostgreSql");
        Bind<SecurityLogOptions>(section.GetSection(nameof(TokenAuthOptions.SecurityLog)));
        if (options.SecurityLog.Retention < TimeSpan.FromDays(1))
            throw new SettingsException($"{Root}:SecurityLog:Retention", "is shorter than a day (1.00:00:00)");
        if (options.SignUpsPerNetworkAndHour < 0)
            throw new SettingsException($"{Root}:SignUpsPerNetworkAndHour", "is negative");
        Bind<BrowserOptions>(section.GetSection(nameof(TokenAuthOptions.Browser)));
        if (options.Browser.MaxLifetime < TimeSpan.FromMinutes(5) || options.Browser.MaxLifetime > TimeSpan.FromDays(365))
            throw new SettingsException($"{Root}:Browser:MaxLifetime", "is not between five minutes (00:05:00) and a year (365.00:00:00)");
        CheckWrappingKey(options.KeyRing.WrappingKey);
        options.PublicUrl = options.PublicUrl is { } url ? PublicUrl(url) : null;
        options.Proxies = Networks(section.GetSection(nameof(TokenAuthOptions.Proxies)));
        return options;
    }

    /// <summary>A feature's own options.</summary>
    public static T ReadFeature<T>(IConfiguration configuration, string name)
        where T : new() => Bind<T>(configuration.GetSection($"{Root}:{name}"));

    /// <summary>Where SQLite's file is, unless <c>ConnectionStrings:TokenAuth</c> says otherwise; and which of the two settings it was.</summary>
    public static (string Text, string Setting) ConnectionString(IConfiguration configuration, TokenAuthOptions options) =>
        configuration.GetConnectionString("TokenAuth") is { Length: > 0 } configured
            ? (configured, "ConnectionStrings:TokenAuth")
            : (new SqliteConnectionStringBuilder { DataSource = Path.Combine(options.DataDirectory, "tokenauth.db") }.ToString(), $"{Root}:DataDirectory");

    private static T Bind<T>(IConfigurationSection section, params ReadOnlySpan<string> others)
        where T : new()
    {
        foreach (var child in section.GetChildren())
        {
            if (!others.Contains(child.Key, StringComparer.OrdinalIgnoreCase) && typeof(T).GetProperty(
                child.Key, System.Reflection.BindingFlags.IgnoreCase | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance) is null)
                throw new SettingsException(child.Path, "there is no such option");
        }

        try
        {
            return section.Get<T>() ?? new T();
        }
        catch (InvalidOperationException wrong)
        {
            throw new SettingsException(section.Path, wrong.Message.ReplaceLineEndings(" "));
        }
    }

    private static void CheckWrappingKey(string? text)
    {
        if (text is not null && !WrappingKey.IsKey(text))
            throw new SettingsException($"{Root}:KeyRing:WrappingKey", $"is not {WrappingKey.Bytes} bytes in base64");
    }

    /// <summary>What was typed is not repeated: it may hold a password.</summary>
    private static string PublicUrl(string text) =>
        WebAddress.Read(text) is { PathAndQuery: "/" } url && !text.AsSpan().ContainsAny('?', '#')
            ? WebAddress.OriginOf(url)
            : throw new SettingsException(
                $"{Root}:{nameof(TokenAuthOptions.PublicUrl)}",
                "is not http or https with a host and perhaps a port, and nothing else, such as https://auth.example.org");

    private static string[] Networks(IConfigurationSection section)
    {
        var given = section.Value is { } list
            ? list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
            : section.GetChildren().Select(child => child.Value ?? "");
        return [.. given.Select(text => Applications.ApplicationAdministration.NormalNetwork(text)
            ?? throw new SettingsException(section.Path, $"\"{text}\" is not a network such as 10.0.0.0/8"))];
    }
}
