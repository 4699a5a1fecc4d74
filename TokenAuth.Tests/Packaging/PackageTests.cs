using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Tests.Architecture;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Packaging;

/// <summary>The files of the Debian package. packaging/test.sh installs the package itself.</summary>
public sealed partial class PackageTests
{
    private static readonly string Packaging = Path.Combine(SourceTree.Root.FullName, "packaging");

    [Fact]
    public async Task The_services_exposure_is_below_two_and_a_half()
    {
        var unit = Path.Combine(Packaging, "debian", "tokenauth.service");

        var report = await Tool.RunAsync(
            Tool.Need("systemd-analyze"), ["security", "--offline=true", "--no-pager", unit]);

        var level = Exposure().Match(report).Groups[1].Value;
        Assert.True(double.Parse(level, CultureInfo.InvariantCulture) < 2.5, $"The exposure is {level}.");
    }

    [Fact]
    public void The_packages_configuration_is_accepted_and_keeps_data_where_the_service_may_write()
    {
        using var configuration = new ConfigurationManager();
        ConfigurationFile.AddTo(configuration, Path.Combine(Packaging, "debian", "appsettings.json"));

        FrameworkSettings.Check(configuration);
        var options = Settings.Read(configuration, "/usr/lib/tokenauth");

        Assert.Equal("/var/lib/tokenauth", options.DataDirectory);
        Assert.Contains(
            "StateDirectory=tokenauth\n",
            File.ReadAllText(Path.Combine(Packaging, "debian", "tokenauth.service")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sh", "debian/tokenauth")]
    [InlineData("sh", "debian/postinst")]
    [InlineData("sh", "debian/prerm")]
    [InlineData("sh", "debian/postrm")]
    [InlineData("bash", "build.sh")]
    [InlineData("bash", "test.sh")]
    public async Task A_script_can_be_parsed(string shell, string script) =>
        await Tool.RunAsync(Tool.Need(shell), ["-n", Path.Combine(Packaging, script)]);

    [GeneratedRegex(@"Overall exposure level for tokenauth\.service: ([0-9.]+)")]
    private static partial Regex Exposure();
}
