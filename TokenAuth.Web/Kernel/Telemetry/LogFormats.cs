using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>Selects the format of the log with one option instead of the framework's several.</summary>
internal static class LogFormats
{
    private const string Console = "Logging:Console";
    private const string TimestampFormat = $"{Console}:FormatterOptions:TimestampFormat";

    public static void Use(IConfigurationManager configuration, LogFormat format) =>
        configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [$"{Console}:FormatterName"] = format == LogFormat.Json ? "json" : "simple",
            // The blank at its end separates the time from a line's text. In JSON it would be a part of the value.
            [TimestampFormat] = format == LogFormat.Json
                ? configuration[TimestampFormat]?.TrimEnd()
                : configuration[TimestampFormat],
        });
}
