using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Hosting;

/// <summary>How the server listens, logs and starts.</summary>
internal static partial class Server
{
    private const int MostQueryBytes = 64 * 1024;

    /// <summary>Where any of these is configured, it says on what to listen.</summary>
    private static readonly string[] ListeningSettings = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot.Find(), ApplicationName = typeof(Server).Assembly.GetName().Name });
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.AddDiscretion();
        return builder;
    }

    /// <param name="featureSections">Sections below <c>TokenAuth</c> that features read themselves.</param>
    public static TokenAuthOptions ReadOptions(WebApplicationBuilder builder, params ReadOnlySpan<string> featureSections)
    {
        var options = Settings.Read(builder.Configuration, builder.Environment.ContentRootPath, featureSections);
        Listen(builder, options);
        return options;
    }

    /// <summary>Brings the store's schema up to date, then listens.</summary>
    public static async Task StartServerAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<Store>().MigrateAsync();
        if (app.Environment.IsDevelopment())
            await Demo.ShowAsync(app.Services);
        await app.StartAsync();
    }

    private static void Listen(WebApplicationBuilder builder, TokenAuthOptions options)
    {
        if (!ListeningSettings.Any(name => builder.Configuration.GetSection(name).Exists()))
            builder.WebHost.UseUrls("http://localhost:5080", "https://localhost:5443");

        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            // Clients behind a forward proxy send absolute-form targets; those are routed by their path.
            kestrel.AllowHostHeaderOverride = true;
            kestrel.Limits.MaxRequestLineSize = MostQueryBytes;
            kestrel.Limits.MaxRequestBodySize = 2 * Call.MostBytes;
            if (!context.Configuration.GetSection("Kestrel:Certificates:Default").Exists())
            {
                kestrel.ConfigureHttpsDefaults(https =>
                {
                    https.ServerCertificate = HttpsCertificate.ReadOrMake(options.DataDirectory, TimeProvider.System);
                    LogCertificate(
                        kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(Telemetry.Name),
                        HttpsCertificate.FileIn(options.DataDirectory));
                });
            }
        });
    }

    [LoggerMessage(LogLevel.Information, "No certificate is configured: https uses the self-signed one in {File}")]
    private static partial void LogCertificate(ILogger logger, string file);
}
