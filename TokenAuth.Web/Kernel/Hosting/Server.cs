using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Hosting;

/// <summary>Configures how the server listens and logs, and starts it.</summary>
/// <remarks>
/// The folder <c>Hosting</c> owns service registration, Kestrel, certificates, the connection limit and the drain. It
/// must not know features.
/// </remarks>
internal static partial class Server
{
    /// <summary>The maximum size of a request line, and so of a query.</summary>
    private const int MaxQueryBytes = 64 * 1024;

    /// <summary>
    /// Assemblies that calls need and the start does not. They are loaded at the start and then stay open, because .NET
    /// ends a process that runs out of descriptors when it loads an assembly. A test checks that the list is complete.
    /// </summary>
    private static readonly string[] NeededLater =
    [
        "Dapper",
        "Microsoft.AspNetCore.Cryptography.KeyDerivation",
        "Microsoft.EntityFrameworkCore.Abstractions",
        "Microsoft.EntityFrameworkCore.Sqlite",
        "Microsoft.IdentityModel.Abstractions",
        "Microsoft.IdentityModel.JsonWebTokens",
        "Microsoft.IdentityModel.Logging",
        "Microsoft.IdentityModel.Tokens",
        "NodaTime",
        "Npgsql.EntityFrameworkCore.PostgreSQL",
        "OpenIddict.Abstractions",
        "OpenIddict.Core",
        "OpenIddict.Server",
        "OpenIddict.Server.AspNetCore",
        "OpenIddict.Server.DataProtection",
        "System.Linq.Queryable",
        "System.Net.Http",
        "System.Net.NetworkInformation",
        "System.Text.Encoding.CodePages",
        "System.Transactions.Local",
    ];

    /// <summary>The settings that give the addresses to listen on. Any of them replaces the defaults.</summary>
    private static readonly string[] ListeningSettings = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    /// <summary>Creates the builder with the log filters.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = ContentRoot.Find(),
            ApplicationName = typeof(Server).Assembly.GetName().Name,
        });
        ConfigurationFile.AddTo(builder.Configuration);
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.AddSensitiveLogFilter();

        // The command reports a failed start in one line. This category would add a stack trace of the framework.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        return builder;
    }

    /// <summary>Checks the configuration, reads the kernel's options, and configures Kestrel.</summary>
    /// <param name="dialects">The dialects, which read their sections below <c>TokenAuth</c> themselves.</param>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static TokenAuthOptions ReadOptions(
        WebApplicationBuilder builder, IEnumerable<IDialect> dialects)
    {
        FrameworkSettings.Check(builder.Configuration);
        var options = Settings.Read(
            builder.Configuration,
            builder.Environment.ContentRootPath,
            [.. dialects.Select(dialect => dialect.Section)]);
        if (options.Logs.Format is { } format)
            LogFormats.Use(builder.Configuration, format);
        Listen(builder, options);
        return options;
    }

    /// <summary>Migrates the store, checks that its secrets can be read, then starts to listen.</summary>
    /// <exception cref="SettingsException">The server cannot listen as configured.</exception>
    public static async Task StartServerAsync(this WebApplication app)
    {
        await app.Services.PrepareStoreAsync();
        app.Services.GetRequiredService<StoreMetrics>(); // nothing else needs it
        app.Services.GetRequiredService<Texts>(); // loads an assembly for each language
        if (app.Environment.IsDevelopment())
            await DemoData.EnsureAsync(app.Services);
        var sendsMail = app.Services.GetRequiredService<TokenAuthOptions>().Mail.Server is not null;
        foreach (var name in sendsMail ? [.. NeededLater, "MailKit"] : NeededLater)
            Assembly.Load(name);
        try
        {
            await app.StartAsync();
            app.Services.GetRequiredService<Connections>().ReportLimit();
            LogLifetimes(
                app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(Metrics.Name),
                string.Join(", ", app.Services.GetServices<Lifetimes>().SelectMany(options => options.Entries)));
        }
        catch (Exception failure) when (failure is IOException
            or SocketException
            or FormatException
            or ArgumentException
            or InvalidOperationException
            or NotSupportedException
            or CryptographicException)
        {
            throw new SettingsException(
                FrameworkSettings.Named(app.Configuration, failure, ListeningSetting(app.Configuration) ?? "urls"),
                failure is InvalidOperationException { InnerException: { } inner }
                    ? $"{failure.Message} {inner.Message}"
                    : failure.Message);
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
            if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
                throw new SettingsException("urls", $"'{url}' is not an address such as http://localhost:5080");
        }

        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.ApplicationServices.GetRequiredService<Connections>().Apply(kestrel);
            kestrel.AddServerHeader = false;
            // Clients behind a forward proxy send targets in absolute form, which are routed by their path.
            kestrel.AllowHostHeaderOverride = true;
            // Other applications on the host may set cookies in any encoding. Kestrel refuses requests with invalid
            // UTF-8.
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

    [LoggerMessage(
        LogLevel.Information, "No certificate is configured: https uses the self-signed certificate in {File}")]
    private static partial void LogCertificate(ILogger logger, string file);
}
