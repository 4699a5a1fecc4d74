using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using TokenAuth.Kernel.Hosting;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Commands;

/// <summary>How the options of the server affect its start.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokenauth-test-serve-");

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>A wrong option stops the server, with status 1 and one line that names it.</summary>
    [Theory]
    [InlineData("TokenAuth:DataDirectory", "")]
    [InlineData("TokenAuth:Database:Provider", "Oracle")]
    [InlineData("TokenAuth:Database:Provider", "7")]
    [InlineData("TokenAuth:Database:Flavour", "sweet")]
    [InlineData("TokenAuth:KeyRing:WrappingKey", "c2hvcnQ=")]
    [InlineData("TokenAuth:KeyRing:Wraping", "x")]
    [InlineData("TokenAuth:Proxies", "10.0.0.0/8, proxy.example.test")]
    [InlineData("TokenAuth:PublicUrl", "auth.example.test")]
    [InlineData("TokenAuth:PublicUrl", "https://user:hunter2@auth.example.test/")]
    [InlineData("TokenAuth:PublicUrl", "https://auth.example.test/tokens")]
    [InlineData("TokenAuth:RequireHttpsForPasswords", "sometimes")]
    [InlineData("TokenAuth:Maintenance", "perhaps")]
    [InlineData("TokenAuth:Maintainance", "true")]
    [InlineData("TokenAuth:SignUp", "sometimes")]
    [InlineData("TokenAuth:MediaPost:AllowDesktopSessionOverHttp", "perhaps")]
    [InlineData("TokenAuth:MediaPost:AllowDesktopSession", "true")]
    [InlineData("TokenAuth:MediaPost:TokenLifetime", "2.00:00:00")]
    [InlineData("TokenAuth:MediaPost:TokenLifetime", "00:00:00")]
    [InlineData("TokenAuth:MediaPost:TokenLifetime", "soon")]
    [InlineData("TokenAuth:Dreamwidth:LongLifetime", "never")]
    [InlineData("TokenAuth:Dreamwidth:LongLifetime", "00:00:00")]
    [InlineData("TokenAuth:Dreamwidth:ShortLifetime", "4000.00:00:00")]
    [InlineData("TokenAuth:Dreamwidth:Lifetime", "1.00:00:00")]
    [InlineData("TokenAuth:Browser:MaxLifetime", "00:00:00")]
    [InlineData("TokenAuth:Browser:MaxLifetime", "forever")]
    [InlineData("ConnectionStrings:TokenAuth", "no connection string")]
    [InlineData("ConnectionStrings:TokenAuth", "Host=db.example.test;Password=hunter2")]
    [InlineData("ConnectionStrings:TokenAuth", "Data Source=/nowhere/to/be/found.db")]
    [InlineData("urls", "nonsense")]
    [InlineData("urls", "ftp://127.0.0.1:21")]
    [InlineData("urls", "http://127.0.0.1:99999")]
    [InlineData("Kestrel:Certificates:Default:Path", "/nowhere/to/be/found.pfx")]
    [InlineData("Kestrel:Certificates:Default:Subject", "nobody.example.test")]
    [InlineData("Kestrel:Endpoints:Http:Url", "nonsense")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections", "many")]
    [InlineData("Logging:LogLevel:Default", "Chatty")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "hunter2")]
    [InlineData("OTEL_TRACES_SAMPLER", "foo")]
    [InlineData("TokenAuth:MediaPost:TokenLifetime", "24:00:00")]
    [InlineData("TokenAuth:Dreamwidth:ShortLifetime", "3600")]
    [InlineData("TokenAuth:Proxies", "10.1")]
    [InlineData("ConnectionStrings:TokenAuth", "Data Source=:memory:")]
    public async Task A_wrong_option_stops_the_server_with_one_line_that_names_it(string option, string value)
    {
        var (named, settings) = option.StartsWith("Kestrel:Certificates", StringComparison.Ordinal)
            ? ("Kestrel:Certificates", new[] { "--urls=https://127.0.0.1:0" })
            : option.StartsWith("Kestrel:Limits", StringComparison.Ordinal) ? ("Kestrel:Limits", [])
            : (option, []);

        var ended = await CommandRun.ServeInVainAsync([Data, .. settings, $"--{option}={value}"]);

        ended.Failed(1, named);
        Assert.DoesNotContain("hunter2", ended.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// A server that listens on an open network warns once that passwords cross it in plain text, unless it requires
    /// https for them.
    /// </summary>
    [Theory]
    [InlineData("http://0.0.0.0:0", "false", 1)]
    [InlineData("http://*:0", "false", 1)]
    [InlineData("http://+:0", "false", 1)]
    [InlineData("http://127.0.0.1:0;http://0.0.0.0:0", "false", 1)]
    [InlineData("http://0.0.0.0:0", "true", 0)]
    [InlineData("http://127.0.0.1:0;http://127.0.0.2:0", "false", 0)]
    [InlineData("https://0.0.0.0:0", "false", 0)]
    public async Task The_server_warns_once_of_plain_http_beyond_this_machine(
        string urls, string requiresHttps, int warnings)
    {
        var log = new RecordedLog();
        await using var app = Program.Build(
            [
                "--environment=Production", Data, $"--urls={urls}",
                $"--TokenAuth:RequireHttpsForPasswords={requiresHttps}",
            ],
            builder => builder.Logging.ClearProviders().AddProvider(log.Provider));
        await app.StartServerAsync();
        await app.StopAsync();

        Assert.Empty(log.Errors);
        Assert.Equal(
            warnings,
            log.Lines.Count(line => line.Contains("Passwords can cross the network", StringComparison.Ordinal)));
    }

    private string Data => $"--TokenAuth:DataDirectory={_directory.FullName}";
}
