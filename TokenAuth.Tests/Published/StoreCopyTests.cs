using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Sqlite;
using TokenAuth.Tests.Browser.Security;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary><c>db copy</c>, the way from SQLite to PostgreSQL. It copies a whole store or nothing.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class StoreCopyTests(PublishedCopy copy)
{
    /// <summary>The tables that must have had rows to copy.</summary>
    private static readonly string[] Filled =
        [
            "account_identities", "account_keys", "account_passkeys", "accounts", "application_user_roles", "application_users",
            "applications", "authenticators", "consents", "handshakes", "key_ring", "quotas", "recovery_codes",
            "replays", "sessions",
        ];

    /// <summary>Gives an account a passkey, an authenticator app, recovery codes and an identity.</summary>
    private static async Task AddFactorsAsync(TestWorld world)
    {
        var passkey = new UserPasskeyInfo(
            [1, 2, 255], [4, 5, 6], DateTimeOffset.UnixEpoch, signCount: 1, ["internal"], isUserVerified: true,
            isBackupEligible: true, isBackedUp: false, attestationObject: [], clientDataJson: []);
        Assert.Equal(
            PasskeyAddition.Done,
            await world.Server.Services.GetRequiredService<Passkeys>().AddAsync(
                world.Sybil.Id, new string('a', 32), passkey, "Phone", IPAddress.Loopback, default));
        await world.SetAuthenticatorAsync(world.Sybil);
        await world.Server.Services.GetRequiredService<AccountIdentities>().LinkAsync(
            world.Sybil.Id, new NewIdentity("https://id.example.test", "1", "sybil"), IPAddress.Loopback, default);
    }

    [Fact]
    public async Task Everything_valid_on_SQLite_is_valid_on_PostgreSQL_and_new_rows_get_new_numbers()
    {
        await using var own = await IpernityWorld.StartAsync();
        var world = own.World;
        Assert.SkipUnless(
            world.Server.Services.GetRequiredService<Store>() is SqliteStore, "The tests run on PostgreSQL.");
        var sessions = await EverySession.OpenAsync(own);
        var key = await world.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
            world.Bob.Id, "old client", null, default);
        await AddFactorsAsync(world);
        var oauth = await own.OAuth.AccessTokenAsync(world, world.Gallery, world.Bob);
        var (open, confirmed) = (
            await own.Client.FrobAsync(world.Gallery),
            await own.Client.ConfirmedFrobAsync(world.Gallery, world.Bob, "doc=write"));
        while ((await own.Client.AskAsync(world.Frugal, "auth.getFrob")).Code is null)
        {
            // The application may call three times in a minute.
        }

        var told = await ToldAsync(world.Server, world, sessions);
        var file = Path.Combine(world.Server.DataDirectory, "tokenauth.db");
        await using var database = await PostgreSqlDatabase.CreateEmptyAsync();
        // An account with this number has been erased.
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
            await RowsAsync(connection, "UPDATE sqlite_sequence SET seq = 4000 WHERE name = 'accounts' RETURNING seq");
        var wrapping = Convert.ToBase64String(
            await File.ReadAllBytesAsync(Path.Combine(world.Server.DataDirectory, "keyring.key")));
        await using var installation = new PublishedInstallation(
            copy, [.. database.Environment, ("TokenAuth__KeyRing__WrappingKey", wrapping)]);

        var copied = (await installation.RunAsync("db", "copy", file, "--json")).Json().GetProperty("rows");
        (await installation.RunAsync("db", "copy", file, "--json")).Failed(1, "not empty");

        await using (var source = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False"))
        await using (var target = new NpgsqlConnection(
            database.Cluster.ConnectionString(database.Name) + ";Pooling=false"))
        {
            var tables = await RowsAsync(source, "SELECT name FROM sqlite_master WHERE type = 'table' AND "
                + "name NOT LIKE '\\_\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'");
            Assert.Equal(tables, [.. copied.Members.Order(StringComparer.Ordinal)]);
            foreach (var table in tables)
            {
                Assert.True(
                    copied.GetProperty(table).GetInt64() > 0 || !Filled.Contains(table, StringComparer.Ordinal), table);
                var rows = await RowsAsync(source, $"SELECT * FROM {table}");
                Assert.Equal(rows, await RowsAsync(target, $"SELECT * FROM {table}"));
                Assert.Equal(rows.Count, copied.GetProperty(table).GetInt64());
            }

            await using var node = await world.Server.StartBesideAsync(
                [.. database.Arguments, $"--TokenAuth:KeyRing:WrappingKey={wrapping}"]);
            Assert.Equal(told, await ToldAsync(node, world, sessions));
            await SignInAsync(node, own, key, oauth, open, confirmed);
            await AddAsync(node, own);
            Assert.Equal(
                ["1"],
                await RowsAsync(target, "SELECT nextval(pg_get_serial_sequence('accounts', 'id')) > 4000"));
            Assert.All(await RowsAsync(
                target,
                """
                SELECT table_name || ' ' || (nextval(pg_get_serial_sequence(table_name, column_name))
                  > (xpath(
                    '/table/row/max/text()',
                    query_to_xml(
                      format('SELECT coalesce(max(%I), 0) AS max FROM %I', column_name, table_name),
                      false, false, '')))[1]::text::bigint)
                FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES'
                """), next => Assert.EndsWith(" true", next, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_store_that_cannot_be_copied_whole_is_refused_in_one_line_and_none_of_it_is_written()
    {
        await using var fixture = await copy.CastAsync();
        var (file, root) = (fixture.Installation.Database, fixture.Installation.Root);
        var (text, older) = (Path.Combine(root, "letter.txt"), Path.Combine(root, "older.db"));
        await File.WriteAllTextAsync(text, string.Concat(Enumerable.Repeat("Dear all, ", 1000)));
        File.Copy(file, older);
        await using (var connection = new SqliteConnection($"Data Source={older};Pooling=False"))
            await RowsAsync(connection, "DELETE FROM __EFMigrationsHistory WHERE MigrationId "
                + "= (SELECT max(MigrationId) FROM __EFMigrationsHistory) RETURNING MigrationId");
        await using var database = await PostgreSqlDatabase.CreateAsync();
        await database.Cluster.ExecuteAsync(
            "INSERT INTO replays (subject_hash, expires_at) VALUES ('x', 1)", database.Name);
        var wrapping = Convert.ToBase64String(
            await File.ReadAllBytesAsync(Path.Combine(fixture.Installation.Data, "keyring.key")));
        await using var installation = new PublishedInstallation(copy, database.Environment);
        async Task RefusesAsync(string source, string saying, params (string, string)[] environment) =>
            (await installation.Start(
                copy.Program,
                [("TokenAuth__KeyRing__WrappingKey", wrapping), .. environment],
                "db",
                "copy",
                source,
                "--json").ExitAsync(TimeSpan.FromMinutes(1)))
                .Failed(1, saying);

        await RefusesAsync(file, "there are rows in replays");
        await RefusesAsync(
            file,
            "TokenAuth:KeyRing:WrappingKey",
            ("TokenAuth__KeyRing__WrappingKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        await RefusesAsync(
            file,
            "TokenAuth:Database:Provider",
            ("TokenAuth__Database__Provider", "Sqlite"),
            ("ConnectionStrings__TokenAuth", ""));
        await RefusesAsync(Path.Combine(root, "missing.db"), "missing.db");
        await RefusesAsync(text, $"{text} cannot be read");
        await RefusesAsync(older, "db migrate");

        await using var target = new NpgsqlConnection(
            database.Cluster.ConnectionString(database.Name) + ";Pooling=false");
        Assert.Equal(["replays"], await RowsAsync(
            target, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE "
                + "'\\_\\_%' AND query_to_xml('SELECT * FROM ' || tablename, false, false, '')::text LIKE '%<row>%'"));
        Assert.False(File.Exists(Path.Combine(root, "missing.db")));
    }

    private static async Task<Dictionary<string, string>> ToldAsync(
        LiveServer server, TestWorld world, EverySession sessions)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (kind, text) in sessions.Texts)
        {
            told.Add(kind, await EverySession.IntrospectAsync(server.Http, world.Janitor, text));
            Assert.StartsWith("{\"active\":true", told[kind], StringComparison.Ordinal);
        }

        Assert.InRange(told.Count, TestDialect.All.Count, int.MaxValue);
        return told;
    }

    /// <summary>Uses passwords, keys, secrets and consents, and repeats calls that were used up.</summary>
    private static async Task SignInAsync(
        LiveServer node, IpernityWorld own, string key, OAuthToken oauth, string open, string confirmed)
    {
        var world = own.World;
        using var journal = new DreamwidthClient(node);
        using var people = new PeopleAggregatorClient(node.Http);
        Task<IpernityAnswer> AskAsync(App application, string method, params (string, string)[] parameters)
        {
            var request = own.Client.Request(new IpernityCall(application, method, parameters));
            request.RequestUri = new Uri(node.Http, request.RequestUri!.PathAndQuery);
            return own.Client.AskAsync(request);
        }

        Assert.NotEmpty(await people.TokenAsync("bob_2"));
        Assert.NotEmpty(await journal.SessionAsync(("username", "bob_2"), ("password", key)));
        var token = (await AskAsync(world.Gallery, "auth.getToken", ("frob", confirmed))).Text("auth", "token");
        Assert.StartsWith(
            "doc=write",
            (await AskAsync(world.Gallery, "auth.checkToken", ("auth_token", token))).Permissions(),
            StringComparison.Ordinal);
        Assert.NotNull((await AskAsync(world.Gallery, "auth.getToken", ("frob", confirmed))).Code);
        var handshakes = node.Services.GetRequiredService<HandshakeStore>();
        Assert.True(await handshakes.ConfirmAsync(
            (await handshakes.FindOpenAsync("ipernity", world.Gallery.Id, open, default))!,
            world.Bob.Id,
            IPAddress.Loopback,
            lifetime: null,
            default));
        Assert.Null((await AskAsync(world.Gallery, "auth.getToken", ("frob", open))).Code);
        Assert.Null((await own.OAuth.AskAsync(
            new OAuthCall(world.Gallery, oauth, "/api/auth.checkToken") { Server = node.Http })).Code);
        Assert.Equal(
            (await own.Client.AskAsync(world.Frugal, "auth.getFrob")).Code,
            (await AskAsync(world.Frugal, "auth.getFrob")).Code);
    }

    private static async Task AddAsync(LiveServer node, IpernityWorld own)
    {
        await using var scope = node.Services.CreateAsyncScope();
        var (accounts, applications) = (
            scope.ServiceProvider.GetRequiredService<AccountAdministration>(),
            scope.ServiceProvider.GetRequiredService<ApplicationAdministration>());
        var (account, errors) = await accounts.AddAsync(
            new NewAccount("carol", "carol@example.test", "Carol", TestWorld.Password), default);
        Assert.Empty(errors);
        Assert.True(account!.Id > own.World.Sybil.Id);
        var (application, _) = await applications.AddAsync(
            new NewApplication("One more", ApplicationKind.Web, null, [], [], null, Nonproduction: false), default);
        Assert.True(application.Id > own.World.Janitor.Id);
    }

    /// <summary>
    /// The rows in a stable order, with columns sorted by name and values spelled alike for both engines.
    /// </summary>
    private static async Task<List<string>> RowsAsync(DbConnection connection, string sql)
    {
        if (connection.State == System.Data.ConnectionState.Closed)
            await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The SQL texts are this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).OrderBy(
                reader.GetName, StringComparer.Ordinal).Select(i => Text(reader.GetValue(i)))));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Text(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        bool flag => flag ? "1" : "0",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
