using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Kernel.Hosting;

/// <summary>The kernel's services and doors: what the server and the command line share, and what only the server needs.</summary>
internal static class KernelServices
{
    /// <summary>Store, key ring, accounts, applications, tokens and limits.</summary>
    public static IServiceCollection AddKernel(this IServiceCollection services, IConfiguration configuration, TokenAuthOptions options)
    {
        services.TryAddClock().AddSingleton(options).AddSingleton(new Lifetimes("TokenAuth", options)).AddMetrics().AddSingleton<Metrics>().AddSingleton<FailureLog>();
        services.AddStore(configuration, options);

        services.AddDataProtection().SetApplicationName("TokenAuth");
        services.AddSingleton<WrappingKey>().AddSingleton<KeyRing>()
            .AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => provider.GetRequiredService<KeyRing>());

        // Identity would make it once per request; it holds nothing of one.
        services.AddSingleton<IPasswordHasher<Account>, ComposingPasswordHasher>();
        services.AddIdentityCore<Account>(identity =>
        {
            identity.User.AllowedUserNameCharacters = Account.LoginCharacters;
            // NIST SP 800-63B and ASVS: length counts, composition rules do not. The pages ask for eight.
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

        return services
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<CacheInvalidator>(provider, provider.GetRequiredService<Store>().OpenChangeFeed()))
            .AddSingleton<AccountNames>().AddSingleton<AccountDirectory>().AddSingleton<AccountKeys>().AddSingleton<ProgramSignIn>().AddSingleton<PasswordWork>().AddSingleton<PasswordCheck>().AddScoped<AccountAdministration>()
            .AddSingleton<SecretProtector>().AddSingleton<ApplicationDirectory>().AddSingleton<CallerCheck>().AddSingleton<ApplicationAdministration>()
            .AddSingleton<SessionUses>().AddSingleton<SessionStore>().AddSingleton<HandshakeStore>().AddSingleton<ConsentStore>().AddSingleton<AccountSessions>().AddSingleton<SessionIntrospection>()
            .AddSingleton<SecurityLog>().AddSingleton<SecurityEvents>()
            .AddSingleton<Quota>().AddSingleton<Throttle>().AddSingleton<SignUpLimit>().AddSingleton<ReplayGuard>();
    }

    /// <summary>What runs only in the server.</summary>
    public static IServiceCollection AddKernelHosting(this IServiceCollection services, TokenAuthOptions options)
    {
        services.AddSingleton<ServerUrl>().AddSingleton<PasswordTransport>().AddSingleton<Connections>();
        services.AddSingleton<DialectPipeline>().AddSingleton<SharedXmlRpcEndpoint>().AddSingleton<ExpirySweep>();
        services.AddHostedService(provider => provider.GetRequiredService<ExpirySweep>())
            .AddHostedService<OtlpExport>()
            .AddHostedService<SecurityLogWriter>();
        services.AddSingleton<Drain>().AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddOptions<SocketTransportOptions>().Configure<Drain>((transport, drain) => transport.CreateBoundListenSocket = drain.Open);
        services.PostConfigure<HostOptions>(host => host.ShutdownTimeout += options.Shutdown.Drain);
        services.AddSingleton<StoreHealth>().AddHealthChecks().AddCheck<StoreHealth>("store").AddCheck<Drain>(Drain.Name);
        return services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = options.Proxies.Length == 0 ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.Proxies)
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
    }

    /// <summary>
    /// The door that dialects share, and those for load balancers: alive is the process, ready is what it depends on as well.
    /// </summary>
    public static void MapKernel(this IEndpointRouteBuilder routes)
    {
        routes.MapEndpoint<SharedXmlRpcEndpoint>("/api/xmlrpc", [], (door, context) => door.HandleAsync(context));
        routes.MapHealthChecks("/health/live", new() { Predicate = _ => false }).Serve(Verbs.Reading);
        routes.MapHealthChecks("/health/ready", new()
        {
            ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(new
            {
                status = report.Status.ToString(),
                checks = report.Entries.Where(entry => entry.Key != Drain.Name || entry.Value.Status != HealthStatus.Healthy).ToDictionary(entry => entry.Key, entry => entry.Value.Description ?? entry.Value.Status.ToString(), StringComparer.Ordinal),
            }),
        }).Serve(Verbs.Reading);
    }

    private static IServiceCollection TryAddClock(this IServiceCollection services)
    {
        if (services.All(service => service.ServiceType != typeof(TimeProvider)))
            services.AddSingleton(TimeProvider.System);
        return services;
    }
}
