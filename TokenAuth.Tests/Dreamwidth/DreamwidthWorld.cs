using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>
/// A test server with a client of the dialect: shared by a class whose tests are independent, or started by one test.
/// </summary>
public sealed class DreamwidthWorld : IAsyncLifetime
{
    internal TestWorld World { get; private set; } = null!;

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

    internal static async Task<DreamwidthWorld> StartAsync(params string[] settings)
    {
        var own = new DreamwidthWorld();
        await own.StartWithAsync(settings);
        return own;
    }

    public async ValueTask InitializeAsync() => await StartWithAsync([]);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await World.DisposeAsync();
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

    internal async Task SetStateAsync(Account person, AccountState state)
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AccountAdministration>().SetStateAsync(
            person, state, null, default);
    }

    internal async Task<Account> AddPersonAsync(string login, string password = TestWorld.Password)
    {
        await using var scope = World.Server.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<AccountAdministration>()
            .AddAsync(new NewAccount(login, $"{login}@example.test", login, password), default)).Account!;
    }

    /// <summary>Changes the store directly, for states that no request can create.</summary>
    internal Task ChangeStoreAsync(string sql) => World.ChangeStoreAsync(sql);

    private async Task StartWithAsync(string[] settings)
    {
        World = await TestWorld.StartAsync(settings);
        Client = new DreamwidthClient(World.Server);
        Key = await AddKeyAsync(World.Alice);
    }
}
