using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TokenAuth.Bench.OpenId;

/// <summary>
/// OpenIddict as its documentation sets it up, with the EF Core stores: client credentials and introspection. A peer of
/// <c>bench/openid.sh</c>.
/// </summary>
internal static class Program
{
    /// <param name="args">
    /// <c>--sqlite FILE</c> or <c>--postgresql CONNECTIONSTRING</c>, <c>--secret SECRET</c> of the client <c>bench</c>,
    /// and <c>--reference true</c> for reference tokens instead of JWTs.
    /// </param>
    private static async Task Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        var (settings, isReference) = (builder.Configuration, builder.Configuration["reference"] == "true");
        builder.Services.AddDbContext<DbContext>(options => (settings["postgresql"] is { } connectionString
            ? options.UseNpgsql(connectionString)
            : options.UseSqlite($"Data Source={settings["sqlite"]}")).UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(server =>
            {
                server.SetTokenEndpointUris("connect/token").SetIntrospectionEndpointUris("connect/introspect")
                    .AllowClientCredentialsFlow().AddEphemeralEncryptionKey().AddEphemeralSigningKey()
                    .DisableAccessTokenEncryption();
                if (isReference)
                    server.UseReferenceAccessTokens();
                server.UseAspNetCore().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();
            });
        var app = builder.Build();
        await PrepareAsync(app.Services, settings["secret"]!);
        app.UseAuthentication();
        app.MapPost("/connect/token", Issue);
        await app.RunAsync();
    }

    private static IResult Issue(HttpContext context)
    {
        var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        identity.SetClaim(Claims.Subject, context.GetOpenIddictServerRequest()!.ClientId);
        return Results.SignIn(
            new ClaimsPrincipal(identity), properties: null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static async Task PrepareAsync(IServiceProvider services, string secret)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbContext>().Database.EnsureCreatedAsync();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        if (await applications.FindByClientIdAsync("bench") is not null)
            return;
        await applications.CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = "bench",
            ClientSecret = secret,
            Permissions =
            {
                Permissions.Endpoints.Token, Permissions.Endpoints.Introspection,
                Permissions.GrantTypes.ClientCredentials,
            },
        });
    }
}
