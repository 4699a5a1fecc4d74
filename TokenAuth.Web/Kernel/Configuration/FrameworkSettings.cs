using System.Globalization;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Console;

namespace TokenAuth.Kernel.Configuration;

/// <summary>
/// Checks the options that the framework and its libraries read themselves. Without these checks, a wrong option is
/// ignored, or ends the process with a stack trace that does not name it.
/// </summary>
internal static class FrameworkSettings
{
    /// <summary>Checks the options of Kestrel, the host, logging and OpenTelemetry.</summary>
    /// <exception cref="SettingsException">An option is wrong.</exception>
    public static void Check(IConfiguration configuration)
    {
        Settings.Bind<KestrelOptions>(configuration.GetSection("Kestrel"));
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (string.IsNullOrEmpty(endpoint["Url"]))
                throw new SettingsException($"{endpoint.Path}:Url", "is missing");
        }

        foreach (var ports in new[] { "http_ports", "https_ports" })
        {
            Refuse(
                configuration.GetSection(ports),
                text => text.Split(';', StringSplitOptions.RemoveEmptyEntries).All(IsPort),
                "is not a list of ports such as 8080;8081");
        }

        Refuse(configuration.GetSection("shutdownTimeoutSeconds"), IsNumber, "is not a number of seconds");
        CheckLogging(configuration.GetSection("Logging"));
        foreach (var variable in configuration.GetChildren())
            CheckExport(variable);
    }

    /// <summary>
    /// Returns the setting that made the server fail to listen: the path or URL that the failure's message contains, or
    /// a section that fits the failure.
    /// </summary>
    /// <param name="listening">The setting that gives the addresses to listen on.</param>
    public static string Named(IConfiguration configuration, Exception failure, string listening) =>
        configuration.GetSection("Kestrel").AsEnumerable()
            .FirstOrDefault(
                option => option.Value is { Length: > 0 } value
                    && failure.Message.Contains(value, StringComparison.Ordinal)
                    && (option.Key.EndsWith("Path", StringComparison.OrdinalIgnoreCase)
                        || option.Key.EndsWith("Url", StringComparison.OrdinalIgnoreCase)),
                new(IsAboutCertificates(failure) ? "Kestrel:Certificates" : listening, null)).Key;

    private static bool IsAboutCertificates(Exception failure) =>
        failure is InvalidOperationException
            or NotSupportedException
            or CryptographicException
            or FileNotFoundException
            or DirectoryNotFoundException;

    private static void CheckLogging(IConfigurationSection logging)
    {
        var sections = logging.GetChildren()
            .Select(provider => provider.GetSection("LogLevel"))
            .Prepend(logging.GetSection("LogLevel"));
        foreach (var levels in sections)
        {
            foreach (var level in levels.GetChildren())
            {
                Refuse(
                    level,
                    text => Enum.TryParse<LogLevel>(text, ignoreCase: true, out var known) && Enum.IsDefined(known),
                    $"is none of {string.Join(", ", Enum.GetNames<LogLevel>())}");
            }
        }

        var console = logging.GetSection("Console");
        var format = console.GetSection("FormatterOptions");
        Refuse(
            console.GetSection("FormatterName"),
            text => text.ToLowerInvariant()
                is ConsoleFormatterNames.Simple
                or ConsoleFormatterNames.Systemd
                or ConsoleFormatterNames.Json,
            "is none of simple, systemd, json");
        BindLoosely<ConsoleLoggerOptions>(console);
        BindLoosely<SimpleConsoleFormatterOptions>(format);
        BindLoosely<JsonConsoleFormatterOptions>(format);
        Refuse(format.GetSection("TimestampFormat"), IsTimestampFormat, "is not a format of dates and times");
    }

    private static bool IsPair(string text) => text.IndexOf('=', StringComparison.Ordinal) > 0;

    private static readonly string[] Samplers =
    [
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ];

    /// <summary>Checks an environment variable of OpenTelemetry against its specification.</summary>
    private static void CheckExport(IConfigurationSection variable)
    {
        if (!variable.Key.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase))
            return;
        switch (variable.Key[(variable.Key.LastIndexOf('_') + 1)..].ToUpperInvariant())
        {
            case "ENDPOINT":
                Refuse(variable, IsWebAddress, "is not an address such as http://collector:4317");
                break;
            case "PROTOCOL":
                Refuse(variable, text => text is "grpc" or "http/protobuf", "is neither grpc nor http/protobuf");
                break;
            case "HEADERS" or "ATTRIBUTES"
                when variable.Value is { Length: > 0 } pairs && !pairs.Split(',').All(IsPair):
                // The message does not repeat the value, which may hold a secret.
                throw new SettingsException(variable.Path, "is not a list such as name=value,name=value");
            case "SAMPLER":
                Refuse(variable, Samplers.Contains, $"is none of {string.Join(", ", Samplers)}");
                break;
            case "INTERVAL" or "TIMEOUT" or "DELAY" or "SIZE":
                Refuse(variable, IsNumber, "is not a whole number");
                break;
        }
    }

    /// <summary>Throws if an option is set and its value is wrong. An empty option has its default.</summary>
    private static void Refuse(IConfigurationSection option, Func<string, bool> isGood, string why)
    {
        if (option.Value is { Length: > 0 } text && !isGood(text))
            throw new SettingsException(option.Path, $"\"{text}\" {why}");
    }

    /// <summary>
    /// Checks the types in a section, but not its names: several readers share it and know different ones.
    /// </summary>
    private static void BindLoosely<T>(IConfigurationSection section)
        where T : new()
    {
        try
        {
            section.Bind(new T());
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or TargetInvocationException)
        {
            var cause = wrong is TargetInvocationException ? wrong.GetBaseException() : wrong;
            throw new SettingsException(section.Path, cause.Message.ReplaceLineEndings(" "));
        }
    }

    private static bool IsPort(string text) =>
        ushort.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

    private static bool IsTimestampFormat(string format)
    {
        try
        {
            return DateTimeOffset.UnixEpoch.ToString(format, CultureInfo.InvariantCulture).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // The options that Kestrel reads from the configuration, according to "Configure endpoints" in its documentation.
    // Kestrel reads no limits from there.
    private sealed class KestrelOptions
    {
        public Dictionary<string, EndpointOptions> Endpoints { get; set; } = [];

        public DefaultOptions EndpointDefaults { get; set; } = new();

        public Dictionary<string, CertificateOptions> Certificates { get; set; } = [];
    }

    private sealed class DefaultOptions : TransportOptions;

    private abstract class TransportOptions
    {
        public HttpProtocols Protocols { get; set; }

        public SslProtocols[] SslProtocols { get; set; } = [];

        public ClientCertificateMode ClientCertificateMode { get; set; }
    }

    private sealed class NameOptions : NamedOptions;

    private abstract class NamedOptions : TransportOptions
    {
        public CertificateOptions Certificate { get; set; } = new();
    }

    private sealed class EndpointOptions : NamedOptions
    {
        public string? Url { get; set; }

        public Dictionary<string, NameOptions> Sni { get; set; } = [];
    }

    private sealed class CertificateOptions
    {
        public string? Path { get; set; }

        public string? KeyPath { get; set; }

        public string? Password { get; set; }

        public string? Subject { get; set; }

        public string? Store { get; set; }

        public StoreLocation Location { get; set; }

        public bool AllowInvalid { get; set; }
    }
}
