using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Ipernity;

/// <summary>A test server with clients of ipernity and its OAuth.</summary>
public sealed class IpernityWorld : DialectWorld<IpernityWorld>
{
    internal IpernityClient Client { get; private set; } = null!;

    internal OAuthClient OAuth { get; private set; } = null!;

    private protected override Task<IDisposable[]> OpenAsync() =>
        Task.FromResult<IDisposable[]>([Client = new IpernityClient(World), OAuth = new OAuthClient(World.Server)]);

    /// <summary>A token of a person who was suspended after receiving it.</summary>
    internal async Task<string> SuspendedTokenAsync(App application)
    {
        await SetStateAsync(World.Sybil, AccountState.Active);
        var token = await Client.TokenAsync(application, World.Sybil);
        await SetStateAsync(World.Sybil, AccountState.Suspended);
        return token;
    }
}

/// <summary>The effect of consent on the authorize pages, without the pages.</summary>
internal static class Confirmations
{
    public static async Task ConfirmAsync(
        this TestWorld world, string text, App application, Account person, string permissions,
        string dialect = "ipernity")
    {
        var handshakes = world.Server.Services.GetRequiredService<HandshakeStore>();
        var open = await handshakes.FindOpenAsync(dialect, application.Id, text, default);
        Assert.True(
            await handshakes.ConfirmAsync(open!, person.Id, IPAddress.Loopback, lifetime: null, default, permissions));
    }
}
