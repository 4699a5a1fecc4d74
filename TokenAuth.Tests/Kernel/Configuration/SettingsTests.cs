using Microsoft.Extensions.Configuration;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Configuration;

/// <summary>Every wrong option stops the start with one line that names the option.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("TokenAuth:Database:Provider", "MySql")]
    [InlineData("TokenAuth:Database:Provider", "7")]
    [InlineData("TokenAuth:Database:Host", "db")]
    [InlineData("TokenAuth:Databse:Provider", "Sqlite", "TokenAuth:Databse")]
    [InlineData("TokenAuth:Databse", "Sqlite")]
    [InlineData("TokenAuth:Maintenance", "perhaps")]
    [InlineData("TokenAuth:SignUp", "2")]
    [InlineData("TokenAuth:SignUpsPerNetworkAndHour", "-1")]
    [InlineData("TokenAuth:DataDirectory", "")]
    [InlineData("TokenAuth:DataDirectory", "  ")]
    [InlineData("TokenAuth:Proxies", "10.0.0.0/33", "TokenAuth:Proxies")]
    [InlineData("TokenAuth:Proxies", "10.0.0.0/8, somewhere", "TokenAuth:Proxies")]
    [InlineData("TokenAuth:Proxies:0", "10.0.0.256", "TokenAuth:Proxies")]
    [InlineData("TokenAuth:Proxies:0", "", "TokenAuth:Proxies")]
    [InlineData("TokenAuth:PublicUrl", "")]
    [InlineData("TokenAuth:PublicUrl", "auth.example.test")]
    [InlineData("TokenAuth:PublicUrl", "//auth.example.test")]
    [InlineData("TokenAuth:PublicUrl", "ftp://auth.example.test")]
    [InlineData("TokenAuth:PublicUrl", "https:auth.example.test")]
    [InlineData("TokenAuth:PublicUrl", "https://")]
    [InlineData("TokenAuth:PublicUrl", "https://*:5443")]
    [InlineData("TokenAuth:PublicUrl", "https://auth.example.test/login")]
    [InlineData("TokenAuth:PublicUrl", "https://auth.example.test//")]
    [InlineData("TokenAuth:PublicUrl", "https://auth.example.test?")]
    [InlineData("TokenAuth:PublicUrl", "https://auth.example.test/?a=b")]
    [InlineData("TokenAuth:PublicUrl", "https://auth.example.test/#")]
    [InlineData("TokenAuth:PublicUrl", "https://user:hunter2@auth.example.test")]
    [InlineData("TokenAuth:PublicUrl", "https://@auth.example.test")]
    [InlineData("TokenAuth:PublicUrl", "https://auth.example.test:99999")]
    [InlineData("TokenAuth:PublicUrl", "https://auth.example.test, https://b.test")]
    [InlineData("TokenAuth:Metrics:Url", "")]
    [InlineData("TokenAuth:Metrics:Url", "9464")]
    [InlineData("TokenAuth:Metrics:Url", "127.0.0.1:9464")]
    [InlineData("TokenAuth:Metrics:Url", "https://127.0.0.1:9464")]
    [InlineData("TokenAuth:Metrics:Url", "http://metrics.example.test:9464")]
    [InlineData("TokenAuth:Metrics:Url", "http://*:9464")]
    [InlineData("TokenAuth:Metrics:Url", "http://127.0.0.1:9464/metrics")]
    [InlineData("TokenAuth:Metrics:Url", "http://127.0.0.1:9464?")]
    [InlineData("TokenAuth:Metrics:Url", "http://hunter2@127.0.0.1:9464")]
    [InlineData("TokenAuth:Metrics:Url", "http://127.0.0.1:99999")]
    [InlineData("TokenAuth:Metrics", "http://127.0.0.1:9464")]
    [InlineData("TokenAuth:Metrics:Port", "9464")]
    [InlineData("TokenAuth:Site:Name", "")]
    [InlineData("TokenAuth:Site:Name", " ")]
    [InlineData("TokenAuth:Site:Name", "two\nlines")]
    [InlineData("TokenAuth:Site:Name", "a name of far too many characters to stand in the heading of a page")]
    [InlineData("TokenAuth:Site:Accent", "")]
    [InlineData("TokenAuth:Site:Accent", "blue")]
    [InlineData("TokenAuth:Site:Accent", "#0b57b")]
    [InlineData("TokenAuth:Site:Accent", "#0b57b0;}")]
    [InlineData("TokenAuth:Site:Accent", "#-12345")]
    [InlineData("TokenAuth:Site:Accent", "# 12345")]
    [InlineData("TokenAuth:Site:SupportUrl", "")]
    [InlineData("TokenAuth:Site:SupportUrl", "http://help.example.test")]
    [InlineData("TokenAuth:Site:SupportUrl", "javascript:alert(1)")]
    [InlineData("TokenAuth:Site:SupportUrl", "help@example.test")]
    [InlineData("TokenAuth:Site:SupportUrl", "mailto:help")]
    [InlineData("TokenAuth:Site:SupportUrl", "mailto:@example.test")]
    [InlineData("TokenAuth:Site:SupportUrl", "mailto:help@example.test\nbcc:all@example.test")]
    [InlineData("TokenAuth:Site:Logo", "")]
    [InlineData("TokenAuth:Site:Logo", "no-such-logo.svg")]
    [InlineData("TokenAuth:Site:Logo", "TokenAuth.Web.csproj")]
    [InlineData("TokenAuth:Logs:Format", "xml")]
    [InlineData("TokenAuth:Logs:Format", "")]
    [InlineData("TokenAuth:RequireHttpsForPasswords", "perhaps")]
    [InlineData("TokenAuth:KeyRing:WrappingKey", "")]
    [InlineData("TokenAuth:KeyRing:WrappingKey", "not base64")]
    [InlineData("TokenAuth:KeyRing:WrappingKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("TokenAuth:KeyRing:File", "a.key")]
    [InlineData("TokenAuth:MediaPost:AllowDesktopSessionOverHtp", "true")]
    [InlineData("TokenAuth:MediaPost:AllowDesktopSessionOverHttp", "perhaps")]
    [InlineData("TokenAuth:MediaPost:TokenLifetime", "00:00:00")]
    [InlineData("TokenAuth:MediaPost:TokenLifetime", "2.00:00:00")]
    [InlineData("TokenAuth:MediaPost:TokenLifetime", "a while")]
    [InlineData("TokenAuth:Browser:MaxLifetime", "00:04:59")]
    [InlineData("TokenAuth:Browser:MaxLifetime", "365.00:00:01")]
    [InlineData("TokenAuth:Browser:MaxLifetime", "a month")]
    [InlineData("TokenAuth:Browser:Lifetime", "30.00:00:00")]
    [InlineData("TokenAuth:Proxies", "10.1", "TokenAuth:Proxies")]
    [InlineData("TokenAuth:Proxies:0", "198.51.100.010", "TokenAuth:Proxies")]
    [InlineData("TokenAuth:Database", "Sqlite")]
    [InlineData("TokenAuth:MediaPost", "on")]
    [InlineData("TokenAuth:Maintenance:0", "true", "TokenAuth:Maintenance")]
    [InlineData("TokenAuth:Maintenance", "")]
    [InlineData("TokenAuth:Ipernity:CallsPerAddressAndMinute", "many")]
    [InlineData("TokenAuth:Shutdown:Drain", "-00:00:01")]
    [InlineData("TokenAuth:Shutdown:Drain", "01:00:00")]
    [InlineData("TokenAuth:Shutdown:Delay", "00:00:01")]
    [InlineData("Logging:LogLevel:Default", "Chatty")]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore", "7")]
    [InlineData("Logging:Console:LogLevel:Default", "Loud")]
    [InlineData("Logging:Console:FormatterName", "fancy")]
    [InlineData("Logging:Console:MaxQueueLength", "-1", "Logging:Console")]
    [InlineData("Logging:Console:FormatterOptions:SingleLine", "perhaps")]
    [InlineData("Logging:Console:FormatterOptions:TimestampFormat", "Q")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier pigeon")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "hunter2")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "x=1,hunter2")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "=hunter2")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "hunter2")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "hunter2")]
    [InlineData("OTEL_TRACES_SAMPLER", "foo")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "often")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "-1")]
    [InlineData("http_ports", "80a")]
    [InlineData("shutdownTimeoutSeconds", "soon")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections", "many", "Kestrel:Limits")]
    [InlineData("Kestrel:Endpoints:Http:Uri", "http://127.0.0.1:0")]
    [InlineData("Kestrel:Endpoints:Http:Protocols", "Http9")]
    [InlineData("Kestrel:Endpoints:Http:Url", "")]
    [InlineData("Kestrel:Endpoints:Https:SslProtocols:0", "Ssl9")]
    [InlineData("Kestrel:Endpoints:Https:ClientCertificateMode", "perhaps")]
    [InlineData("Kestrel:EndpointDefaults:Protocol", "Http1")]
    [InlineData("Kestrel:Certificates:Default:AllowInvalid", "perhaps")]
    [InlineData("Kestrel:Certificates:Default:Location", "Moon")]
    [InlineData("ConnectionStrings:TokenAuth", "Data Source=")]
    [InlineData("ConnectionStrings:TokenAuth", "Data Source=:memory:")]
    [InlineData("ConnectionStrings:TokenAuth", "Data Source=a.db;Mode=ReadOnly")]
    [InlineData("ConnectionStrings:TokenAuth", "Data Source=a.db;Password=hunter2")]
    [InlineData("TokenAuth:MediaPst:AllowDesktopSessionOverHttp", "true", "TokenAuth:MediaPst")]
    public void A_wrong_option_is_refused_in_one_line_that_names_it(string option, string value, string? named = null)
    {
        var refusal = Refusal(option, value);

        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
        Assert.All(
            (named ?? option).Split(':'), part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
    }

    public static TheoryData<string> Times =>
    [
        "TokenAuth:MediaPost:TokenLifetime", "TokenAuth:Dreamwidth:ShortLifetime", "TokenAuth:Dreamwidth:LongLifetime",
        "TokenAuth:PeopleAggregator:TokenLifetime", "TokenAuth:Wetpaint:TicketLifetime", "TokenAuth:Shutdown:Drain",
        "TokenAuth:Browser:MaxLifetime", "TokenAuth:SecurityLog:Retention",
    ];

    [Theory]
    [MemberData(nameof(Times))]
    public void An_ambiguous_time_is_refused_with_the_right_spelling(string option)
    {
        foreach (var time in new[] { "24:00:00", "3600", "1", "24:00", "00:15", "1.0", "1d", "PT1H", "", " " })
        {
            var refusal = Refusal(option, time);
            Assert.StartsWith($"{option}: \"{time}\" is not a time", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("1.00:00:00", refusal.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A new time option must be added to the list above.</summary>
    [Fact]
    public void The_list_holds_every_time_option() => Assert.Equal(
        Times.Select(option => option.Data).Order(StringComparer.Ordinal),
        (from type in typeof(Program).Assembly.GetTypes()
         where type.Name.EndsWith("Options", StringComparison.Ordinal)
         from property in type.GetProperties()
         where property.PropertyType == typeof(TimeSpan) || property.PropertyType == typeof(TimeSpan?)
         let name = $"TokenAuth:{type.Name[..^"Options".Length]}:{property.Name}"
         select name).Order(StringComparer.Ordinal),
        StringComparer.Ordinal);

    [Theory]
    [InlineData("00:10:00", 600)]
    [InlineData("0:10:00", 600)]
    [InlineData("00:00:01.5", 1.5)]
    public void Times_are_hours_minutes_and_seconds(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("TokenAuth:Shutdown:Drain", text)).Shutdown.Drain);

    [Fact]
    public void Without_configuration_every_option_has_its_default()
    {
        var options = Read();

        Assert.Equal(Path.GetFullPath("data", AppContext.BaseDirectory), options.DataDirectory);
        Assert.Equal(DatabaseProvider.Sqlite, options.Database.Provider);
        Assert.Null(options.KeyRing.WrappingKey);
        Assert.Empty(options.Proxies);
        Assert.False(options.Maintenance);
        Assert.True(options.SignUp);
        Assert.Null(options.PublicUrl);
        Assert.False(options.RequireHttpsForPasswords);
        Assert.Equal(TimeSpan.FromDays(30), options.Browser.MaxLifetime);
        Assert.Equal(TimeSpan.FromSeconds(1), options.Shutdown.Drain);
    }

    [Theory]
    [InlineData("https://auth.example.test", "https://auth.example.test")]
    [InlineData("HTTPS://Auth.Example.Test:443/", "https://auth.example.test")]
    [InlineData("http://auth.example.test:8080", "http://auth.example.test:8080")]
    [InlineData("http://localhost:5080/", "http://localhost:5080")]
    [InlineData("https://[::1]:5443", "https://[::1]:5443")]
    [InlineData("https://müller.test", "https://xn--mller-kva.test")]
    public void The_public_address_is_normalized_as_browsers_write_it(string configured, string normalized) =>
        Assert.Equal(normalized, Read(("TokenAuth:PublicUrl", configured)).PublicUrl);

    [Fact]
    public void Every_option_can_be_set_and_names_ignore_case()
    {
        var options = Read(
            ("TokenAuth:DataDirectory", "elsewhere"), ("tokenauth:database:PROVIDER", "sqlite"),
            ("TokenAuth:Maintenance", "true"), ("TokenAuth:SignUp", "False"),
            ("TokenAuth:KeyRing:WrappingKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));

        Assert.Equal(Path.GetFullPath("elsewhere", AppContext.BaseDirectory), options.DataDirectory);
        Assert.True(options.Maintenance);
        Assert.False(options.SignUp);
        Assert.NotNull(options.KeyRing.WrappingKey);
    }

    [Fact]
    public void Proxies_are_a_list_or_one_text()
    {
        string[] expected = ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"];

        Assert.Equal(
            expected, Read(("TokenAuth:Proxies", "10.0.0.0/8, 192.0.2.1 2001:db8::/32")).Proxies,
            StringComparer.Ordinal);
        Assert.Equal(
            expected, Read(
                ("TokenAuth:Proxies:0", "10.0.0.0/8"), ("TokenAuth:Proxies:1", "192.0.2.1"),
                ("TokenAuth:Proxies:2", "2001:db8::/32")).Proxies, StringComparer.Ordinal);
        Assert.Empty(Read(("TokenAuth:Proxies", "")).Proxies);
    }

    [Fact]
    public void The_store_is_a_file_in_the_data_directory_unless_the_connection_string_differs()
    {
        var options = Read(("TokenAuth:DataDirectory", "d"));

        Assert.Equal(
            $"Data Source={Path.Combine(options.DataDirectory, "tokenauth.db")}",
            Settings.ConnectionString(Configuration([]), options).Text);
        Assert.Equal(
            "Data Source=a.db",
            Settings.ConnectionString(
                Configuration([("ConnectionStrings:TokenAuth", "Data Source=a.db")]), options).Text);
    }

    /// <summary>
    /// Files are not watched: a server that fails to build does not release its watchers, and a user has only a limited
    /// number.
    /// </summary>
    private static SettingsException Refusal(string option, string value) => Assert.Throws<SettingsException>(
        () => Program.Build(
            ["--environment=Production", "--hostBuilder:reloadConfigOnChange=false", $"--{option}={value}"]));

    private static TokenAuthOptions Read(params (string, string)[] settings) =>
        Settings.Read(Configuration(settings), AppContext.BaseDirectory);

    private static IConfiguration Configuration((string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
