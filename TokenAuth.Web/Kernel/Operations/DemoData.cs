using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Operations;

/// <summary>
/// Creates an account and two applications for trials, in the environment Development only. Their secrets are random.
/// They are stored in a file of the data directory that only its owner can read, and printed at each start.
/// </summary>
internal static class DemoData
{
    private const string Login = "demo";

    /// <summary>Creates the demo data if needed, and prints it.</summary>
    public static async Task EnsureAsync(IServiceProvider services)
    {
        var options = services.GetRequiredService<TokenAuthOptions>();
        await using var scope = services.CreateAsyncScope();
        var file = Path.Combine(options.DataDirectory, "demo.json");
        if (!File.Exists(file))
        {
            if (await CreateAsync(scope.ServiceProvider) is not { } created)
                return;
            PrivateFiles.ReadOrCreate(file, () => JsonSerializer.SerializeToUtf8Bytes(created));
        }

        var demo = Read(file, await File.ReadAllBytesAsync(file));
        await Console.Out.WriteLineAsync(
            $"""
            Demo account:             login {demo.Login}  password {demo.Password}
            Demo web application:     api_key {demo.WebKey}  secret {demo.WebSecret}  callback {demo.WebCallback}
            Demo desktop application: api_key {demo.DesktopKey}  secret {demo.DesktopSecret}
            """);
    }

    private static Credentials Read(string file, byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<Credentials>(json)!;
        }
        catch (JsonException)
        {
            throw new SettingsException("TokenAuth:DataDirectory", $"{file} is damaged; remove it");
        }
    }

    /// <summary>
    /// Creates the demo data. Returns null if the account cannot be added, because its name is taken.
    /// </summary>
    private static async Task<Credentials?> CreateAsync(IServiceProvider services)
    {
        var accounts = services.GetRequiredService<AccountAdministration>();
        var applications = services.GetRequiredService<ApplicationAdministration>();
        var password = RandomToken.Alphanumeric(16);
        var (account, _) = await accounts.AddAsync(
            new NewAccount(Login, "demo@example.org", "Demo", password), CancellationToken.None);
        if (account is null)
            return null;

        const string callback = "http://localhost:8080/callback";
        var (web, webSecret) = await applications.AddAsync(
            new NewApplication(
                "Demo gallery", ApplicationKind.Web, callback, [], [], Quota: null, Nonproduction: false),
            CancellationToken.None);
        var (desktop, desktopSecret) = await applications.AddAsync(
            new NewApplication(
                "Demo uploader", ApplicationKind.Desktop, Callback: null, [], [], Quota: null, Nonproduction: false),
            CancellationToken.None);
        return new Credentials(Login, password, web.ApiKey, webSecret, callback, desktop.ApiKey, desktopSecret);
    }

    private sealed record Credentials(
        string Login, string Password,
        string WebKey, string WebSecret, string WebCallback,
        string DesktopKey, string DesktopSecret);
}
