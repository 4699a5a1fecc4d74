using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Bench;

/// <summary>One application as its makers know it.</summary>
internal sealed record App(long Id, string ApiKey, string Secret);

/// <summary>
/// Who acts in the benchmarks, and what every session's text is: computed from its number, so that nobody has to keep ten
/// million of them.
/// </summary>
internal sealed record Cast(long PersonId, string AccountKey, App Web, App Wiki, App Service)
{
    public const string Login = "bench";
    public const string Password = "correct horse battery staple";
    public const string Namespace = "bench";

    /// <summary>Good for years: nothing of it expires while it is measured.</summary>
    public static readonly DateTimeOffset Expiry = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every other session is ipernity's, the rest are PeopleAggregator's.</summary>
    public static bool IsIpernity(long number) => number % 2 == 0;

    public string TextOf(long number) => IsIpernity(number)
        ? $"{Web.Id}-{Hex("session", number, 16)}"
        : $"{Login}:{Expiry.ToUnixTimeSeconds()}:{Hex("session", number, 32)}{Hex("mac", number, 16)}";

    /// <summary>MediaPost's auth_token.</summary>
    public static string HandshakeOf(long number) => Hex("handshake", number, 19);

    /// <summary>An account that was filled in, its login and its API key. They count from 1.</summary>
    public (long Id, string Login, string Key) Member(long number) =>
        (PersonId + number, $"{Login}{PersonId + number}", Hex("key", number, AccountKeys.Length / 2));

    /// <summary>Into an empty store, through the server's own services.</summary>
    public static async Task<Cast> MakeAsync(string[] settings)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(settings).Build();
        await using var services = new ServiceCollection().AddLogging().AddKernel(configuration, Settings.Read(configuration, AppContext.BaseDirectory)).BuildServiceProvider();
        await services.PrepareStoreAsync();
        await using var scope = services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountAdministration>();
        var applications = scope.ServiceProvider.GetRequiredService<ApplicationAdministration>();
        var person = (await accounts.AddAsync(new NewAccount(Login, "bench@example.test", "Bench", Password), default)).Account!;

        async Task<App> AppAsync(string name, ApplicationKind kind, params string[] namespaces)
        {
            var (application, secret) = await applications.AddAsync(
                new NewApplication(name, kind, "http://localhost/", namespaces, [], (1_000_000_000, TimeSpan.FromHours(1)), Nonproduction: false), default);
            return new App(application.Id, application.ApiKey, secret);
        }

        return new Cast(
            person.Id, await services.GetRequiredService<AccountKeys>().AddAsync(person.Id, "bench", null, default),
            await AppAsync("web", ApplicationKind.Web), await AppAsync("wiki", ApplicationKind.Web, Namespace), await AppAsync("service", ApplicationKind.Service));
    }

    private static string Hex(string purpose, long number, int bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose} {number}")).AsSpan(0, bytes));
}
