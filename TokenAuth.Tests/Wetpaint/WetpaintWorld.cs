using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Wetpaint;

/// <summary>A test server with a client of Wetpaint and two developers.</summary>
public sealed class WetpaintWorld : DialectWorld<WetpaintWorld>
{
    public const string Ns = "mywiki";
    public const string OtherNs = "notes";

    internal WetpaintClient Client { get; private set; } = null!;

    /// <summary>Has the namespaces <see cref="Ns"/> and <see cref="OtherNs"/>.</summary>
    internal App Wiki { get; private set; } = null!;

    /// <summary>
    /// Another developer, with a namespace <c>theirs</c> and one with the same name as the first developer's.
    /// </summary>
    internal App Rival { get; private set; } = null!;

    private protected override async Task<IDisposable[]> OpenAsync()
    {
        Client = new WetpaintClient(World.Server.Http);
        Wiki = await RegisterAsync([Ns, OtherNs]);
        Rival = await RegisterAsync(["theirs", Ns]);
        return [Client];
    }

    internal WetpaintCall Call(string userId, params (string Name, string? Value)[] changed) =>
        new(Wiki, Ns, World.Clock.GetUtcNow(), userId, changed);

    internal WetpaintCall RoleCall(string userId, string? role, params (string Name, string? Value)[] changed) =>
        Call(userId, [("user.email", null), ("user.emailOptIn", null), ("user.role", role), .. changed]) with
        {
            Path = "/UserService/changeRole.do",
        };

    internal Task<WetpaintAnswer> LoginAsync(string userId, params (string Name, string? Value)[] changed) =>
        Client.AskAsync(Call(userId, changed));

    internal Task<WetpaintAnswer> ChangeRoleAsync(
        string userId, string? role, params (string Name, string? Value)[] changed) =>
        Client.AskAsync(RoleCall(userId, role, changed));

    /// <summary>Advances the clock, so that the next call has a new signature.</summary>
    internal void Tick() => World.Clock.Advance(TimeSpan.FromSeconds(1));

    /// <summary>The role of a ticket's user, as introspection returns it.</summary>
    internal async Task<string?> RoleOfAsync(string ticket) =>
        (await Client.IntrospectAsync(World.Janitor, ticket)).GetValueOrDefault("role");

    internal Task<App> RegisterAsync(
        string[] namespaces, string[]? networks = null, (long, TimeSpan)? quota = null) =>
        RegisterAsync(
            new NewApplication(
                "A wiki", ApplicationKind.Web, Callback: null, namespaces, networks ?? [], quota,
                Nonproduction: false));

    internal async Task<string> RotateAsync(App application) =>
        (await OperateAsync(operate => operate.RotateAsync(application.ApiKey, default)))!.Value.Secret;

    /// <summary>The user's row as one text with its columns separated by bars, or null if there is no row.</summary>
    internal async Task<string?> StoredAsync(string userId) =>
        await World.Server.Services.GetRequiredService<Store>().ReadAsync(connection => connection.FirstAsync(
            """
            SELECT email || '|' || CASE WHEN email_opt_in THEN 1 ELSE 0 END || '|' || COALESCE(display_name, '-')
                || '|' || COALESCE(profile_url, '-') || '|' || COALESCE(avatar_url, '-')
            FROM application_users WHERE user_id = @user
            """,
            row => row.GetString(0), ("@user", userId)));

    internal async Task<long> CountAsync(string table) =>
        await World.Server.Services.GetRequiredService<Store>().ReadAsync(connection =>
            connection.FirstAsync($"SELECT count(*) FROM {table}", row => row.GetInt64(0)));
}
