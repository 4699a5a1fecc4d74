using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;

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
        (PersonId + number, $"{Login}{PersonId + number}", Hex("key", number, AccountKeys.Length / 2));

    /// <summary>Registers all in an empty store, through the server's own services.</summary>
    public static async Task<BenchFixture> MakeAsync(string[] settings)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(settings).Build();
        await using var services = new ServiceCollection().AddLogging()
            .AddKernel(configuration, Settings.Read(configuration, AppContext.BaseDirectory)).BuildServiceProvider();
        await services.PrepareStoreAsync();
        await using var scope = services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountAdministration>();
        var applications = scope.ServiceProvider.GetRequiredService<ApplicationAdministration>();
        var person = (await accounts.AddAsync(new NewAccount(Login, "bench@example.test", "Bench", Password), default))
            .Account!;

        async Task<App> AppAsync(string name, ApplicationKind kind, params string[] namespaces)
        {
            var (application, secret) = await applications.AddAsync(
                new NewApplication(
                    name, kind, "http://localhost/", namespaces, [], (1_000_000_000, TimeSpan.FromHours(1)),
                    Nonproduction: false), default);
            return new App(application.Id, application.ApiKey, secret);
        }

        return new BenchFixture(
            person.Id, await services.GetRequiredService<AccountKeys>().AddAsync(person.Id, "bench", null, default),
            await AppAsync("web", ApplicationKind.Web), await AppAsync("wiki", ApplicationKind.Web, Namespace),
            await AppAsync("service", ApplicationKind.Service));
    }

    private static string Hex(string purpose, long number, int bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose} {number}")).AsSpan(0, bytes));
}
