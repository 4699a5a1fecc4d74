using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>A test server with a client of Dreamwidth.</summary>
public sealed class DreamwidthWorld : DialectWorld<DreamwidthWorld>
{
    internal DreamwidthClient Client { get; private set; } = null!;

    /// <summary>An API key of Alice's.</summary>
    internal string Key { get; private set; } = null!;

    /// <summary>The message where an API key is needed.</summary>
    internal string Hint =>
        "Invalid password: this way of signing in needs an API key instead of the password, "
            + $"see {World.Server.Http}account/keys";

    /// <summary>The credentials that Alice sends in the clear.</summary>
    internal static (string, string)[] Alice => [("username", "alice"), ("password", TestWorld.Password)];

    internal static (string, string)[] Bob => [("username", "bob_2"), ("password", TestWorld.Password)];

    private protected override async Task<IDisposable[]> OpenAsync()
    {
        Client = new DreamwidthClient(World.Server);
        Key = await AddKeyAsync(World.Alice);
        return [Client];
    }

    internal static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The response of a client with this secret to a challenge.</summary>
    internal static string Response(string challenge, string secret) => Md5(challenge + Md5(secret));

    internal async Task<string> ChallengeAsync() => (await Client.AskAsync("getchallenge"))["challenge"]!;

    /// <summary>The members of a call that answers a new challenge with this secret.</summary>
    internal async Task<(string, string)[]> AnsweredAsync(string login, string secret)
    {
        var challenge = await ChallengeAsync();
        return Answered(login, challenge, Response(challenge, secret));
    }

    internal static (string, string)[] Answered(string login, string challenge, string response) =>
        [("username", login), ("auth_method", "challenge"), ("auth_challenge", challenge), ("auth_response", response)];

    internal Task<string> AddKeyAsync(Account person) =>
        World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(person.Id, "old client", null, default);
}
