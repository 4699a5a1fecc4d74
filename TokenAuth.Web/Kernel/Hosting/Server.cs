using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Hosting;

/// <summary>How the server listens, logs and starts.</summary>
internal static partial class Server
{
    private const int MaxQueryBytes = 64 * 1024;

    /// <summary>
    /// Assemblies that calls need and a start does not. Each is open for good once it is loaded, and .NET ends a process that cannot open
    /// one. A test finds those that are missing here.
    /// </summary>
    private static readonly string[] NeededLater =
    [
        "Dapper", "Microsoft.AspNetCore.Cryptography.KeyDerivation", "Microsoft.EntityFrameworkCore.Abstractions",
        "Microsoft.EntityFrameworkCore.Sqlite", "Npgsql.EntityFrameworkCore.PostgreSQL", "System.Linq.Queryable", "System.Net.Http",
        "System.Net.NetworkInformation", "System.Text.Encoding.CodePages", "System.Transactions.Local",
    ];

    /// <summary>Where any of these is configured, it says on what to listen.</summary>
    private static readonly string[] ListeningSettings = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot.Find(), ApplicationName = typeof(Server).Assembly.GetName().Name });
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.AddSensitiveLogFilter();

        // A start that fails is told in one line, by the command; this would add where in the framework it was noticed.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        return builder;
    }

    /// <param name="featureSections">Sections below <c>TokenAuth</c> that features read themselves.</param>
    public static TokenAuthOptions ReadOptions(WebApplicationBuilder builder, params ReadOnlySpan<string> featureSections)
    {
        FrameworkSettings.Check(builder.Configuration);
        var options = Settings.Read(builder.Configuration, builder.Environment.ContentRootPath, featureSections);
        Listen(builder, options);
        return options;
    }

    /// <summary>Brings the store's schema up to date, sees that its secrets can be read, then listens.</summary>
    public static async Task StartServerAsync(this WebApplication app)
    {
        await app.Services.PrepareStoreAsync();
        if (app.Environment.IsDevelopment())
            await DemoData.EnsureAsync(app.Services);
        foreach (var name in NeededLater)
            Assembly.Load(name);
        try
        {
            await app.StartAsync();
            app.Services.GetRequiredService<Connections>().TellLimit();
            LogLifetimes(
                app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(Metrics.Name),
                string.Join(", ", app.Services.GetServices<Lifetimes>().SelectMany(options => options.Shown)));
        }
        catch (Exception failure) when (failure is IOException or SocketException or FormatException or ArgumentException
            or InvalidOperationException or NotSupportedException or CryptographicException)
        {
            throw new SettingsException(
                FrameworkSettings.Named(app.Configuration, failure, ListeningSetting(app.Configuration) ?? "urls"),
                failure is InvalidOperationException { InnerException: { } inner } ? $"{failure.Message} {inner.Message}" : failure.Message);
        }

        app.Services.GetRequiredService<PasswordTransport>().WarnOfPlainHttp(app.Urls);
    }

    private static string? ListeningSetting(IConfiguration configuration) =>
        Array.Find(ListeningSettings, name => configuration.GetSection(name).Exists());

    private static void Listen(WebApplicationBuilder builder, TokenAuthOptions options)
    {
        if (ListeningSetting(builder.Configuration) is null)
            builder.WebHost.UseUrls("http://localhost:5080", "https://localhost:5443");
        foreach (var url in (builder.Configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
                throw new SettingsException("urls", $"'{url}' is not an address such as http://localhost:5080");
        }

        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.ApplicationServices.GetRequiredService<Connections>().Apply(kestrel);
            kestrel.AddServerHeader = false;
            // Clients behind a forward proxy send absolute-form targets; those are routed by their path.
            kestrel.AllowHostHeaderOverride = true;
            // Other applications of the host may set cookies in any encoding; read as UTF-8, one refuses the whole request.
            kestrel.RequestHeaderEncodingSelector = name =>
                name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : null!;
            kestrel.Limits.MaxRequestLineSize = MaxQueryBytes;
            kestrel.Limits.MaxRequestBodySize = 2 * Call.MaxBytes;
            if (!context.Configuration.GetSection("Kestrel:Certificates:Default").Exists())
            {
                kestrel.ConfigureHttpsDefaults(https =>
                {
                    https.ServerCertificate = HttpsCertificate.ReadOrCreate(options.DataDirectory, TimeProvider.System);
                    LogCertificate(
                        kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(Metrics.Name),
                        HttpsCertificate.FileIn(options.DataDirectory));
                });
            }
        });
    }

    [LoggerMessage(LogLevel.Information, "Times in effect (days.hours:minutes:seconds): {Lifetimes}")]
    private static partial void LogLifetimes(ILogger logger, string lifetimes);

    [LoggerMessage(LogLevel.Information, "No certificate is configured: https uses the self-signed one in {File}")]
    private static partial void LogCertificate(ILogger logger, string file);
}
