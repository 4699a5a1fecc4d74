using System.Text.Json;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Commands;

/// <summary><c>config check</c>: every mistake in one run, and where each value comes from.</summary>
public sealed class ConfigurationCommandTests
{
    [Fact]
    public async Task Every_option_is_listed_with_its_value_and_source()
    {
        var settings = await SettingsAsync(
            "--TokenAuth:PublicUrl=HTTPS://Auth.Example.Test:443/", "--urls", "http://*:80");

        Assert.Equal(("https://auth.example.test", "command line"), settings["TokenAuth:PublicUrl"]);
        Assert.Equal(("http://*:80", "command line"), settings["urls"]);
        Assert.Equal(("00:15:00", "default"), settings["TokenAuth:MediaPost:TokenLifetime"]);
        Assert.Equal(("Information", "file"), settings["Logging:LogLevel:Default"]);
        Assert.Equal("default", settings["ConnectionStrings:TokenAuth"].Source);
        Assert.DoesNotContain("PATH", settings.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_list_has_the_source_of_its_items_and_its_normal_form()
    {
        var settings = await SettingsAsync("--TokenAuth:Proxies:0=10.0.0.1", "--TokenAuth:Proxies:1=10.1.0.0/16");

        Assert.Equal(("10.0.0.1/32, 10.1.0.0/16", "command line"), settings["TokenAuth:Proxies"]);
    }

    [Theory]
    [InlineData("TokenAuth:KeyRing:WrappingKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "(hidden)")]
    [InlineData("Kestrel:Certificates:Default:Password", "hunter2", "(hidden)")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "key=hunter2", "(hidden)")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hunter2@collector:4317", "http://(hidden)@collector:4317")]
    public async Task Secrets_are_hidden(string option, string value, string shown)
    {
        var checkedOne = await CheckAsync($"--{option}={value}");

        Assert.DoesNotContain(value, checkedOne.Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains($"{option} = {shown}  [command line]\n", checkedOne.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_in_a_connection_string_is_hidden()
    {
        var settings = await SettingsAsync(
            "--TokenAuth:Database:Provider=PostgreSql",
            "--ConnectionStrings:TokenAuth=Host=db;Username=tokenauth;Password=hunter2;SslPassword=hunter2");

        Assert.Equal(
            "host=db;username=tokenauth;password=(hidden);sslpassword=(hidden)",
            settings["ConnectionStrings:TokenAuth"].Value);
    }

    [Fact]
    public async Task Every_mistake_is_one_line()
    {
        string[] wrong =
        [
            "--TokenAuth:Maintainance=true", "--TokenAuth:MediaPost:TokenLifetime=24:00:00",
            "--TokenAuth:Database:Provider=PostgreSql", "--ConnectionStrings:TokenAuth=Hst=db;Password=hunter2",
            "--urls=nonsense", "--Kestrel:Limits:MaxConcurrentConnections=5", "--TokenAuth:Proxies:0=10.1",
        ];

        var text = await CheckAsync(wrong);
        Assert.Equal((1, ""), (text.Status, text.Output));
        var lines = text.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(
            [
                "ConnectionStrings:TokenAuth", "Kestrel:Limits", "TokenAuth:Maintainance",
                "TokenAuth:MediaPost:TokenLifetime", "TokenAuth:Proxies", "urls",
            ],
            lines.Select(line => line.Split(": ")[0]).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.DoesNotContain("hunter2", text.Error, StringComparison.Ordinal);

        var json = await CheckAsync([.. wrong, "--json"]);
        Assert.Equal(1, json.Status);
        var found = JsonDocument.Parse(json.Output).RootElement;
        Assert.False(found.GetProperty("valid").GetBoolean());
        Assert.Equal(
            lines, found.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("--urls", "--urls")]
    public async Task Arguments_that_are_no_configuration_are_wrong_usage(string argument, string named) =>
        (await CheckAsync(argument)).Failed(2, named);

    private static Task<Finished> CheckAsync(params string[] options) =>
        CommandRun.OnAsync(["config", "check", .. options]);

    private static async Task<Dictionary<string, (string? Value, string? Source)>> SettingsAsync(
        params string[] options) =>
        (await CheckAsync([.. options, "--json"])).Json().GetProperty("settings").EnumerateArray().ToDictionary(
            setting => setting.Text("name"),
            setting => (setting.GetProperty("value").GetString(), setting.GetProperty("source").GetString()),
            StringComparer.Ordinal);
}
