using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Bench;

/// <summary>An application as its developers know it.</summary>
internal sealed record App(long Id, string ApiKey, string Secret);

/// <summary>
/// The people and applications of the benchmarks, and the text of every session. Each text is computed from its number,
/// so that ten million need not be stored.
/// </summary>
internal sealed record BenchFixture(long PersonId, string AccountKey, App Web, App Wiki, App Service)
{
    public const string Login = "bench";
    public const string Password = "correct horse battery staple";
    public const string Namespace = "bench";

    /// <summary>Far in the future, so that nothing expires during a measurement.</summary>
    public static readonly DateTimeOffset Expiry = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Even numbers are ipernity's sessions, odd numbers PeopleAggregator's.</summary>
    public static bool IsIpernity(long number) => number % 2 == 0;

    public string TextOf(long number) => IsIpernity(number)
        ? $"{Web.Id}-{Hex("session", number, 16)}"
        : $"{Login}:{Expiry.ToUnixTimeSeconds()}:{Hex("session", number, 32)}{Hex("mac", number, 16)}";

    /// <summary>The text of a handshake: MediaPost's auth_token.</summary>
    public static string HandshakeOf(long number) => Hex("handshake", number, 19);

    /// <summary>An account of the filler, with its login and its API key. Numbers start at 1.</summary>
    public (long Id, string Login, string Key) Member(long number) =>
        (PersonId + number, $"{Login}{PersonId + number}", Hex("key", number, 16));

    /// <summary>Registers all in an empty store, with the commands of the build that is measured.</summary>
    public static async Task<BenchFixture> CreateAsync(Commands commands, Filler filler)
    {
        var account = await commands.RunAsync(
            $"account add {Login} --email bench@example.test --name Bench --password-stdin --json", Password);

        async Task<App> AppAsync(string name, string arguments)
        {
            var app = await commands.RunAsync($"app add {name} {arguments} --quota 1000000000/60 --json");
            var key = app.GetProperty("apiKey").GetString()!;
            var id = await filler.NumberAsync($"SELECT id FROM applications WHERE api_key = '{key}'");
            return new App(id, key, app.GetProperty("secret").GetString()!);
        }

        var accountKey = await commands.RunAsync($"account key {Login} bench --json");
        return new BenchFixture(
            account.GetProperty("uid").GetInt64(),
            accountKey.GetProperty("key").GetString()!,
            await AppAsync("web", "--kind web --callback http://localhost/"),
            await AppAsync("wiki", $"--kind web --namespace {Namespace}"),
            await AppAsync("service", "--kind service"));
    }

    /// <summary>The SHA-256 of a token: the column <c>token_hash</c>.</summary>
    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string Hex(string purpose, long number, int bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose} {number}")).AsSpan(0, bytes));
}
