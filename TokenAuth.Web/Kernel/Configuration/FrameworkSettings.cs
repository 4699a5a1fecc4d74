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
/// Checks the options that the framework and its libraries read themselves. Left to them, a wrong one is passed over, or ends the
/// process with a stack trace that does not name it.
/// </summary>
internal static class FrameworkSettings
{
    public static void Check(IConfiguration configuration)
    {
        Settings.Bind<KestrelOptions>(configuration.GetSection("Kestrel"));
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (string.IsNullOrEmpty(endpoint["Url"]))
                throw new SettingsException($"{endpoint.Path}:Url", "is missing");
        }

        foreach (var ports in new[] { "http_ports", "https_ports" })
            Refuse(configuration.GetSection(ports), text => text.Split(';', StringSplitOptions.RemoveEmptyEntries).All(IsPort), "is not a list of ports such as 8080;8081");
        Refuse(configuration.GetSection("shutdownTimeoutSeconds"), IsNumber, "is not a number of seconds");
        CheckLogging(configuration.GetSection("Logging"));
        foreach (var variable in configuration.GetChildren())
            CheckExport(variable);
    }

    /// <summary>Which setting a server that cannot listen has to blame: the file or address that the failure names, or their section.</summary>
    /// <param name="listening">What says where to listen.</param>
    public static string Named(IConfiguration configuration, Exception failure, string listening) =>
        configuration.GetSection("Kestrel").AsEnumerable()
            .FirstOrDefault(
                option => option.Value is { Length: > 0 } value && failure.Message.Contains(value, StringComparison.Ordinal)
                    && (option.Key.EndsWith("Path", StringComparison.OrdinalIgnoreCase) || option.Key.EndsWith("Url", StringComparison.OrdinalIgnoreCase)),
                new(failure is InvalidOperationException or NotSupportedException or CryptographicException or FileNotFoundException or DirectoryNotFoundException
                    ? "Kestrel:Certificates" : listening, null)).Key;

    private static void CheckLogging(IConfigurationSection logging)
    {
        foreach (var levels in logging.GetChildren().Select(provider => provider.GetSection("LogLevel")).Prepend(logging.GetSection("LogLevel")))
        {
            foreach (var level in levels.GetChildren())
                Refuse(level, text => Enum.TryParse<LogLevel>(text, ignoreCase: true, out var known) && Enum.IsDefined(known), $"is none of {string.Join(", ", Enum.GetNames<LogLevel>())}");
        }

        var console = logging.GetSection("Console");
        var format = console.GetSection("FormatterOptions");
        Refuse(console.GetSection("FormatterName"), text => text.ToLowerInvariant() is ConsoleFormatterNames.Simple or ConsoleFormatterNames.Systemd or ConsoleFormatterNames.Json, "is none of simple, systemd, json");
        BindLoosely<ConsoleLoggerOptions>(console);
        BindLoosely<SimpleConsoleFormatterOptions>(format);
        BindLoosely<JsonConsoleFormatterOptions>(format);
        Refuse(format.GetSection("TimestampFormat"), IsTimestampFormat, "is not a format of dates and times");
    }

    private static bool IsPair(string text) => text.IndexOf('=', StringComparison.Ordinal) > 0;

    private static readonly string[] Samplers =
    [
        "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio",
    ];

    /// <summary>As OpenTelemetry's specification has them.</summary>
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
            case "HEADERS" or "ATTRIBUTES" when variable.Value is { Length: > 0 } pairs && !pairs.Split(',').All(IsPair):
                throw new SettingsException(variable.Path, "is not a list such as name=value,name=value"); // it may hold a secret
            case "SAMPLER":
                Refuse(variable, Samplers.Contains, $"is none of {string.Join(", ", Samplers)}");
                break;
            case "INTERVAL" or "TIMEOUT" or "DELAY" or "SIZE":
                Refuse(variable, IsNumber, "is not a whole number");
                break;
        }
    }

    /// <summary>An option that is not there, or empty, has its default.</summary>
    private static void Refuse(IConfigurationSection option, Func<string, bool> isGood, string why)
    {
        if (option.Value is { Length: > 0 } text && !isGood(text))
            throw new SettingsException(option.Path, $"\"{text}\" {why}");
    }

    /// <summary>For sections that several readers share, each of which knows some of the names.</summary>
    private static void BindLoosely<T>(IConfigurationSection section)
        where T : new()
    {
        try
        {
            section.Bind(new T());
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or TargetInvocationException)
        {
            throw new SettingsException(section.Path, (wrong is TargetInvocationException ? wrong.GetBaseException() : wrong).Message.ReplaceLineEndings(" "));
        }
    }

    private static bool IsPort(string text) => ushort.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

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

    // What Kestrel reads: docs of Microsoft.AspNetCore.Server.Kestrel, "Configure endpoints". It reads no limits.
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
