using Microsoft.Extensions.Configuration;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Tests.Kernel.Telemetry;

public sealed class LogFormatsTests
{
    [Theory]
    [InlineData("Json", "json", "HH:mm:ss")]
    [InlineData("Text", "simple", "HH:mm:ss ")]
    public void One_option_selects_the_format_and_overrides_the_frameworks(string format, string name, string timestamp)
    {
        using var configuration = new ConfigurationManager();
        configuration["Logging:Console:FormatterName"] = "systemd";
        configuration["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss ";

        LogFormats.Use(configuration, Enum.Parse<LogFormat>(format));

        Assert.Equal(name, configuration["Logging:Console:FormatterName"]);
        Assert.Equal(timestamp, configuration["Logging:Console:FormatterOptions:TimestampFormat"]);
    }
}
