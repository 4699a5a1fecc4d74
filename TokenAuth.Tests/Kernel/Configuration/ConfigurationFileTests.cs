using Microsoft.Extensions.Configuration;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Configuration;

/// <summary>The operator's own file, which <c>TOKENAUTH_CONFIG</c> names.</summary>
public sealed class ConfigurationFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokenauth-test-");

    private string Own => Path.Combine(_directory.FullName, "own.json");

    [Fact]
    public void The_file_overrides_the_programs_and_is_overridden_by_the_environment()
    {
        var program = Path.Combine(_directory.FullName, "appsettings.json");
        File.WriteAllText(program, """{"a": "program", "b": "program", "c": "program"}""");
        File.WriteAllText(Own, """{"b": "own", /* a comment */ "c": "own"}""");
        using var configuration = new ConfigurationManager();
        configuration.AddJsonFile(program);
        configuration.AddInMemoryCollection([new("c", "environment")]);

        ConfigurationFile.AddTo(configuration, Own);

        Assert.Equal(
            "program own environment", $"{configuration["a"]} {configuration["b"]} {configuration["c"]}");
    }

    /// <summary>A variable such as ASPNETCORE_URLS, which the framework reads before all files.</summary>
    [Fact]
    public void The_file_is_overridden_by_the_frameworks_own_variables()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_CONFIGURATIONFILETESTS", "environment");
        File.WriteAllText(Own, """{"ConfigurationFileTests": "own"}""");
        using var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables("ASPNETCORE_");
        configuration.AddJsonFile(Path.Combine(_directory.FullName, "appsettings.json"), optional: true);

        ConfigurationFile.AddTo(configuration, Own);

        Assert.Equal("environment", configuration["ConfigurationFileTests"]);
    }

    [Theory]
    [InlineData(null, "there is no file")]
    [InlineData("{\"TokenAuth\": {", "is not JSON")]
    [InlineData("TokenAuth__PublicUrl=https://auth.example.test", "is not JSON")]
    public void A_file_that_cannot_be_read_is_one_line(string? text, string why)
    {
        if (text is not null)
            File.WriteAllText(Own, text);
        using var configuration = new ConfigurationManager();

        var failure = Assert.Throws<SettingsException>(() => ConfigurationFile.AddTo(configuration, Own));

        Assert.StartsWith("TOKENAUTH_CONFIG: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Own, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_relative_path_is_refused_because_it_would_depend_on_the_current_directory()
    {
        using var configuration = new ConfigurationManager();

        Assert.Throws<SettingsException>(() => ConfigurationFile.AddTo(configuration, "own.json"));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
