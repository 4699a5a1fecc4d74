using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Configuration;

/// <summary>Reports a configured value that cannot be used. The message is one line and names the option.</summary>
internal sealed class SettingsException(string option, string why) : Exception($"{option}: {why}")
{
    public string Option => option;
}

/// <summary>
/// Reads and checks the section <c>TokenAuth</c> before the server starts. An unknown name is an error, so that an
/// operator does not rely on a misspelt option.
/// </summary>
/// <remarks>
/// The folder <c>Configuration</c> owns options, their validation, and web addresses from outside. It must not know how
/// a feature uses its options.
/// </remarks>
internal static class Settings
{
    private const string Root = "TokenAuth";

    /// <summary>Reads and checks the kernel's options.</summary>
    /// <param name="contentRoot">The directory that a relative data directory is in.</param>
    /// <param name="featureSections">The sections that features read. They are known, but not checked here.</param>
    /// <exception cref="SettingsException">An option is wrong.</exception>
    public static TokenAuthOptions Read(
        IConfiguration configuration, string contentRoot, params ReadOnlySpan<string> featureSections)
    {
        var section = configuration.GetSection(Root);
        var options = Bind<TokenAuthOptions>(section, featureSections);
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            throw new SettingsException($"{Root}:DataDirectory", "is empty");
        options.DataDirectory = Path.GetFullPath(options.DataDirectory, contentRoot);
        if (options.SecurityLog.Retention < TimeSpan.FromDays(1))
            throw new SettingsException($"{Root}:SecurityLog:Retention", "is shorter than a day (1.00:00:00)");
        if (options.SignUpsPerNetworkAndHour < 0)
            throw new SettingsException($"{Root}:SignUpsPerNetworkAndHour", "is negative");
        if (options.Browser.MaxLifetime < TimeSpan.FromMinutes(5)
            || options.Browser.MaxLifetime > TimeSpan.FromDays(365))
        {
            throw new SettingsException(
                $"{Root}:Browser:MaxLifetime", "is not between five minutes (00:05:00) and a year (365.00:00:00)");
        }

        if (options.Shutdown.Drain < TimeSpan.Zero || options.Shutdown.Drain > ShutdownOptions.MaxDrain)
            throw new SettingsException($"{Root}:Shutdown:Drain", "is not between nothing and ten minutes");
        CheckWrappingKey(options.KeyRing.WrappingKey);
        options.PublicUrl = options.PublicUrl is { } url ? PublicUrl(url) : null;
        MailSettings.Check(options);
        CheckConsole(options.Console);
        UpstreamSettings.Check(options.Upstream);
        if (options.Metrics.Url is { } metrics)
            CheckMetricsUrl(metrics);
        SiteSettings.Check(options.Site, $"{Root}:{nameof(TokenAuthOptions.Site)}", contentRoot);
        options.Proxies = Networks(section.GetSection(nameof(TokenAuthOptions.Proxies)));
        return options;
    }

    /// <summary>Reads a feature's options and registers them. The server logs the times among them at start.</summary>
    public static T AddFeatureOptions<T>(this IServiceCollection services, IConfiguration configuration, string name)
        where T : class, new()
    {
        var section = configuration.GetSection($"{Root}:{name}");
        var options = Bind<T>(section);
        services.AddSingleton(options);
        services.AddSingleton(new Lifetimes(section.Path, options));
        return options;
    }

    /// <summary>
    /// Returns SQLite's connection string and the setting that it comes from: <c>ConnectionStrings:TokenAuth</c>, or
    /// else the data directory.
    /// </summary>
    public static (string Text, string Setting) ConnectionString(IConfiguration configuration, TokenAuthOptions options)
    {
        if (configuration.GetConnectionString("TokenAuth") is { Length: > 0 } configured)
            return (configured, "ConnectionStrings:TokenAuth");
        var file = Path.Combine(options.DataDirectory, "tokenauth.db");
        return (new SqliteConnectionStringBuilder { DataSource = file }.ToString(), $"{Root}:DataDirectory");
    }

    /// <summary>Reads a section after checking its names and values.</summary>
    /// <param name="others">Names that other code reads and checks.</param>
    /// <exception cref="SettingsException">A name is unknown or a value is wrong.</exception>
    public static T Bind<T>(IConfigurationSection section, params ReadOnlySpan<string> others)
        where T : new()
    {
        Check(section, typeof(T), others);
        try
        {
            return section.Get<T>() ?? new T();
        }
        catch (InvalidOperationException wrong)
        {
            throw new SettingsException(section.Path, wrong.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>
    /// Refuses what the framework's binder ignores or misreads: unknown names, most wrong values, and times.
    /// </summary>
    private static void Check(IConfigurationSection option, Type type, params ReadOnlySpan<string> others)
    {
        var isSection = type.IsClass && type != typeof(string);
        if (isSection ? option.Value is { Length: > 0 } && !type.IsArray : option.GetChildren().Any())
        {
            throw new SettingsException(
                option.Path,
                isSection ? "is a section: its options follow after another colon" : "is one value, not a section");
        }

        if (!isSection
            && option.Value is { } text
            && Problem(Nullable.GetUnderlyingType(type) ?? type, text) is { } why)
            throw new SettingsException(option.Path, $"\"{text}\" {why}");
        foreach (var child in option.GetChildren())
        {
            if (others.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                continue;
            Check(child, TypeOf(type, child.Key) ?? throw new SettingsException(child.Path, "there is no such option"));
        }
    }

    /// <summary>Returns why a text is not a value of a type, or null if it is one.</summary>
    private static string? Problem(Type type, string text) =>
        type == typeof(TimeSpan) && !IsTime(text)
            ? "is not a time such as 00:15:00 (a quarter of an hour) or 1.00:00:00 (a day)"
        : type == typeof(bool) && !bool.TryParse(text, out _)
            ? "is neither true nor false"
        : type == typeof(int) && !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
            ? "is not a whole number"
        : type.IsEnum && !(Enum.TryParse(type, text, ignoreCase: true, out var value) && Enum.IsDefined(type, value))
            ? $"is none of {string.Join(", ", Enum.GetNames(type))}"
        : null;

    /// <summary>
    /// Returns the type of an option, or of an item of a list or a dictionary. Returns null if there is no such option.
    /// </summary>
    private static Type? TypeOf(Type options, string name) =>
        options.IsArray
            ? options.GetElementType()
        : options.IsGenericType && options.GetGenericTypeDefinition() == typeof(Dictionary<,>)
            ? options.GetGenericArguments()[1]
        : options
            .GetProperty(name, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance)?
            .PropertyType;

    /// <summary>
    /// Checks the format of a time. .NET's own parser would read <c>24:00:00</c> as 24 days and <c>3600</c> as 3600
    /// days.
    /// </summary>
    private static bool IsTime(string text) => TimeSpan.TryParseExact(
        text.Trim(),
        [@"h\:mm\:ss", @"d\.h\:mm\:ss", @"h\:mm\:ss\.FFFFFFF", @"d\.h\:mm\:ss\.FFFFFFF"],
        CultureInfo.InvariantCulture,
        out _);

    private static void CheckConsole(ConsoleOptions console)
    {
        const string Section = $"{Root}:{nameof(TokenAuthOptions.Console)}";
        if (console.MaxApplications is < 1 or > 1000)
            throw new SettingsException($"{Section}:{nameof(console.MaxApplications)}", "is not from 1 to 1000");
        if (console.DefaultQuota.Length > 0 && QuotaText.Read(console.DefaultQuota) is null)
        {
            throw new SettingsException(
                $"{Section}:{nameof(console.DefaultQuota)}", "is not N/SECONDS such as 5000/3600, and not empty");
        }
    }

    private static void CheckWrappingKey(string? text)
    {
        if (text is not null && !KeyRingOptions.IsKey(text))
        {
            throw new SettingsException(
                $"{Root}:KeyRing:WrappingKey", $"is not {KeyRingOptions.KeyBytes} bytes in base64");
        }
    }

    /// <summary>Checks the public address. The message does not repeat the value, which may hold a password.</summary>
    private static string PublicUrl(string text) =>
        WebAddress.Read(text) is { PathAndQuery: "/" } url && !text.AsSpan().ContainsAny('?', '#')
            ? WebAddress.OriginOf(url)
            : throw new SettingsException(
                $"{Root}:{nameof(TokenAuthOptions.PublicUrl)}",
                "is not http or https with a host and perhaps a port, and nothing else, "
                    + "such as https://auth.example.org");

    /// <summary>
    /// Checks the address of the metrics. Kestrel listens on every address if it is given a host name, so only an IP
    /// address and localhost are accepted.
    /// </summary>
    private static void CheckMetricsUrl(string text)
    {
        if (WebAddress.Read(text) is not { PathAndQuery: "/" } url
            || url.Scheme != Uri.UriSchemeHttp
            || !(url.Host == "localhost" || url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
            || text.AsSpan().ContainsAny('?', '#'))
        {
            throw new SettingsException(
                $"{Root}:Metrics:Url",
                "is not http with an IP address or localhost and a port, and nothing else, "
                    + "such as http://127.0.0.1:9464");
        }
    }

    private static string[] Networks(IConfigurationSection section)
    {
        var given = section.Value is { } list
            ? list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
            : section.GetChildren().Select(child => child.Value ?? "");
        return [.. given.Select(text => Cidr.Normalize(text)
            ?? throw new SettingsException(section.Path, $"\"{text}\" is not a network such as 10.0.0.0/8"))];
    }
}
