using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Accounts.Import;
using TokenAuth.Kernel.Accounts.Messages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Registers the kernel's services, for server and command line or for the server alone, and maps its endpoints.
/// </summary>
internal static class KernelServices
{
    /// <summary>
    /// Registers the services of server and command line: store, key ring, accounts, sessions, limits.
    /// </summary>
    /// <param name="readsOnly">Tells whether the store is only read, so that not even its files change.</param>
    public static IServiceCollection AddKernel(
        this IServiceCollection services, IConfiguration configuration, TokenAuthOptions options,
        bool readsOnly = false)
    {
        services.TryAddClock();
        services.AddSingleton(options);
        services.AddSingleton(new Lifetimes("TokenAuth", options));
        services.AddMetrics();
        services.AddSingleton<HourlyCounts>();
        services.AddSingleton<Metrics>();
        services.AddSingleton<FailureLog>();
        services.AddStore(configuration, options, readsOnly);

        services.AddDataProtection().SetApplicationName("TokenAuth");
        services.AddSingleton<WrappingKey>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(
            provider => provider.GetRequiredService<KeyRing>());

        // Identity would create a hasher for each request. This one has no state, so one instance is enough.
        services.AddSingleton<IPasswordHasher<Account>, ComposingPasswordHasher>();
        services.AddIdentityCore<Account>(identity =>
        {
            identity.User.AllowedUserNameCharacters = Account.LoginCharacters;
            // NIST SP 800-63B and ASVS advise against composition rules. The pages require eight characters.
            identity.Password = new PasswordOptions
            {
                RequiredLength = 1,
                RequiredUniqueChars = 1,
                RequireDigit = false,
                RequireLowercase = false,
                RequireUppercase = false,
                RequireNonAlphanumeric = false,
            };
        }).AddEntityFrameworkStores<AuthDb>();
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 210_000);

        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<CacheInvalidator>(
            provider, provider.GetRequiredService<Store>().OpenChangeFeed()));

        services.AddSingleton<Texts>();

        services.AddSingleton<AccountNames>();
        services.AddSingleton<AccountDirectory>();
        services.AddSingleton<AccountKeys>();
        services.AddSingleton<ProgramSignIn>();
        services.AddSingleton<PasswordWork>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<PasswordRules>();
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<SecondFactorCheck>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<AccountIdentities>();
        services.AddScoped<AccountAdministration>();
        services.AddSingleton<Administrators>();
        services.AddSingleton<AccountSearch>();
        services.AddSingleton<PasswordResets>();
        services.AddSingleton<AccountChanges>();
        services.AddSingleton<AccountClosing>();
        services.AddSingleton<AccountProfiles>();
        services.AddSingleton<AccountListing>();
        services.AddSingleton<AccountUnlock>();
        services.AddTransient<AccountImport>();
        services.AddTransient<FreeLogins>();

        services.AddSingleton<SecretProtector>();
        services.AddSingleton<ApplicationDirectory>();
        services.AddSingleton<CallerCheck>();
        services.AddSingleton<ApplicationAdministration>();
        services.AddSingleton<ApplicationDeletion>();
        services.AddSingleton<OwnedApplications>();
        services.AddSingleton<ApplicationOwners>();
        services.AddSingleton<ApplicationApproval>();
        services.AddSingleton<ApplicationLogos>();
        services.AddSingleton<ApplicationFaults>();
        services.AddSingleton<DeveloperApplications>();

        services.AddSingleton<SessionUses>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<HandshakeStore>();
        services.AddSingleton<ConsentStore>();
        services.AddSingleton<AccountSessions>();
        services.AddSingleton<AccountApplications>();
        services.AddSingleton<ConsentingAccounts>();
        services.AddSingleton<SessionIntrospection>();
        services.AddSingleton<SessionListing>();

        services.AddSingleton<SigningSecrets>();
        services.AddSingleton<SignatureExplainer>();

        services.AddMail(options);
        services.AddSingleton<SecurityLog>();
        services.AddSingleton<SecurityEvents>();
        services.AddSingleton<EventSearch>();

        services.AddSingleton<HourlyCountStore>();
        services.AddSingleton<MaintenanceLog>();
        services.AddSingleton<AccountExport>();

        services.AddSingleton<Quota>();
        services.AddSingleton<Throttle>();
        services.AddSingleton<AccountThrottle>();
        services.AddSingleton<SignUpLimit>();
        services.AddSingleton<DownloadLimit>();
        services.AddSingleton<DeveloperLimit>();
        services.AddSingleton<ReplayGuard>();
        return services;
    }

    /// <summary>Registers the services that only the server needs.</summary>
    public static IServiceCollection AddKernelHosting(this IServiceCollection services, TokenAuthOptions options)
    {
        services.AddSingleton<ServerUrl>();
        services.AddSingleton<PasswordTransport>();
        services.AddSingleton<Connections>();
        services.AddSingleton<DialectPipeline>();
        services.AddSingleton<ExpirySweep>();
        services.AddSingleton<Drain>();
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<StoreMetrics>();

        if (options.Metrics.Url is not null)
        {
            services.AddSingleton<MetricsListener>();
            services.AddHostedService(provider => provider.GetRequiredService<MetricsListener>());
        }
        services.AddSingleton<NodeReport>();
        services.AddSingleton<StoreState>();

        services.AddHostedService(provider => provider.GetRequiredService<ExpirySweep>());
        services.AddHostedService<SecurityLogWriter>();
        services.AddHostedService<ApplicationFaultWriter>();
        if (options.Mail.Server is not null)
            services.AddHostedService<MailSender>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeReport>());
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());

        services.AddOptions<SocketTransportOptions>()
            .Configure<Drain>((transport, drain) => transport.CreateBoundListenSocket = drain.Open);
        services.PostConfigure<HostOptions>(host => host.ShutdownTimeout += options.Shutdown.Drain);
        services.AddHealthChecks()
            .AddCheck<StoreHealth>("store")
            .AddCheck<Drain>(Drain.Name);
        return services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = options.Proxies.Length == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.Proxies)
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
    }

    /// <summary>
    /// Maps the shared XML-RPC endpoint and the health checks for load balancers. <c>/health/live</c> checks the
    /// process, <c>/health/ready</c> the store and the drain as well.
    /// </summary>
    public static void MapKernel(this IEndpointRouteBuilder routes)
    {
        routes.MapXmlRpc(
            "/api/xmlrpc", EndpointMapping.GetAndPost, routes.ServiceProvider.GetServices<IXmlRpcDialect>());
        routes.MapHealthChecks("/health/live", new() { Predicate = _ => false }).Serve(Verbs.Reading);
        routes.MapHealthChecks("/health/ready", new()
        {
            ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(new
            {
                status = report.Status.ToString(),
                checks = report.Entries
                    .Where(entry => entry.Key != Drain.Name || entry.Value.Status != HealthStatus.Healthy)
                    .ToDictionary(
                        entry => entry.Key,
                        entry => entry.Value.Description ?? entry.Value.Status.ToString(),
                        StringComparer.Ordinal),
            }),
        }).Serve(Verbs.Reading);
    }

    /// <summary>Registers outgoing mail. Without a mail server nobody is told of security events.</summary>
    private static void AddMail(this IServiceCollection services, TokenAuthOptions options)
    {
        services.AddSingleton<MailQueue>();
        services.AddSingleton<MailComposer>();
        services.AddSingleton<MailServer>();
        services.AddSingleton<EmailConfirmations>();
        services.AddSingleton<PasswordResetRequests>();
        services.AddSingleton<IMailRequest>(provider => provider.GetRequiredService<PasswordResetRequests>());
        if (options.Mail.Server is not null)
            services.AddSingleton<IEventFollower, AccountNotices>();
    }

    /// <summary>Registers the system's clock, unless a test has registered its own.</summary>
    private static void TryAddClock(this IServiceCollection services)
    {
        if (services.All(service => service.ServiceType != typeof(TimeProvider)))
            services.AddSingleton(TimeProvider.System);
    }
}
