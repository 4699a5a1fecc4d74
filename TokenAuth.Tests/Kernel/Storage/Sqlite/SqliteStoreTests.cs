using CsCheck;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Sqlite;

/// <summary>Features of SQLite only: its pragmas and its file.</summary>
public sealed class SqliteStoreTests : StoreContract<SqliteEngine>
{
    private const string Pragmas =
        "SELECT (SELECT journal_mode FROM pragma_journal_mode) || ' ' || (SELECT synchronous FROM pragma_synchronous) "
        + "|| ' ' || (SELECT foreign_keys FROM pragma_foreign_keys)";

    [Fact]
    public async Task Every_kind_of_connection_uses_a_write_ahead_log_with_full_syncs_and_foreign_keys()
    {
        var seen = new List<string?>
        {
            await Node.Store.ReadAsync(connection => connection.FirstAsync(Pragmas, row => row.GetString(0))),
            await Node.Store.WriteAsync(connection => connection.FirstAsync(Pragmas, row => row.GetString(0))),
            await Node.WithAsync<AuthDb, string>(
                async db => (await db.Database.SqlQueryRaw<string>(Pragmas + " AS Value").ToListAsync()).Single()),
            await Node.WithAsync<AuthDb, string>(
                db => Task.FromResult(db.Database.SqlQueryRaw<string>(Pragmas + " AS Value").AsEnumerable().Single())),
        };

        Assert.Equal(Enumerable.Repeat("wal 2 1", 4), seen, StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_files_hold_no_token_secret_key_or_password_in_plain_text()
    {
        var (open, confirmed) = (await OpenAsync(), await OpenConfirmedAsync());
        var secret = RandomToken.Hex(32);
        var exchanged = (await ExchangeAsync(confirmed, secret: secret))!;
        var session = await IssueAsync(lifetime: null, secret: RandomToken.Hex(32));
        var promoted = await Node.Sessions.SecretOrNewAsync(
            (await CheckAsync(await IssueAsync(lifetime: null)))!, RandomToken.Hex(32), default);
        var key = await Node.Get<AccountKeys>().AddAsync(Fixture.Alice.Id, "old client", null, default);
        await FailSignInAsync(1, "typed_in_the_wrong_field");
        await Node.Replays.TryUseAsync("nonce", "a nonce that is seldom", Clock.GetUtcNow(), default);

        var written = string.Concat(Engine.Data.EnumerateFiles().Select(Latin1));

        Assert.Contains("Alice@example.test", written, StringComparison.Ordinal);
        Assert.True(File.Exists(Database + "-wal"));
        string[] texts =
        [
            open, confirmed, secret, exchanged.Text, session, promoted, key, Fixture.Gallery.Secret,
            StoreFixture.Password, "typed_in_the_wrong_field", "a nonce that is seldom",
        ];
        Assert.All(texts, text => Assert.DoesNotContain(text, written, StringComparison.OrdinalIgnoreCase));
        Assert.All(
            texts,
            text => Assert.DoesNotContain(
                TokenAuth.Kernel.Signing.Signature.Md5Hex(text), written, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_backup_made_during_writes_is_consistent_and_opens()
    {
        var stop = false;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !Volatile.Read(ref stop); i++)
            {
                await Node.Store.WriteAsync(async connection =>
                {
                    await connection.ExecuteAsync(
                        "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, 0)",
                        ("@subject", BitConverter.GetBytes(2 * i)));
                    return await connection.ExecuteAsync(
                        "INSERT INTO replays (subject_hash, expires_at) VALUES (@subject, 0)",
                        ("@subject", BitConverter.GetBytes((2 * i) + 1)));
                });
            }

            return true;
        });
        while (await Node.CountAsync("replays") < 100)
            await Task.Yield();

        await Node.Store.BackupAsync(Backup);
        Volatile.Write(ref stop, true);
        await writing;

        Assert.Equal(
            ["backup.db"], Engine.Data.EnumerateFiles("backup.db*").Select(file => file.Name), StringComparer.Ordinal);
        // Opens without a write-ahead log, even where it cannot be written.
        Assert.Equal(1, (await File.ReadAllBytesAsync(Backup))[18]);
        using var copy = new SqliteStore(SqliteEngine.FileAt(Backup), StoreSchemas.Sqlite);
        Assert.Empty(await copy.CheckAsync());
        var rows = await copy.ReadAsync(
            connection => connection.FirstAsync("SELECT count(*) FROM replays", row => row.GetInt64(0)));
        Assert.True(rows >= 100 && rows % 2 == 0, $"{rows} rows");
        Assert.Equal(
            2,
            await copy.ReadAsync(
                connection => connection.FirstAsync("SELECT count(*) FROM accounts", row => row.GetInt64(0))));
    }

    /// <summary>Without a transaction, SQLite would begin again after each write of another process.</summary>
    [Fact]
    public async Task A_backup_reports_how_far_it_is_and_holds_the_state_of_its_start()
    {
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
            INSERT INTO replays (subject_hash, expires_at)
            SELECT CAST('a long subject of number ' || i AS BLOB), 1 FROM n
            """));
        var rows = await Node.CountAsync("replays");
        List<(long Done, long Total)> reports = [];

        await Node.Store.BackupAsync(Backup, (done, total) =>
        {
            reports.Add((done, total));
            if (reports.Count > 3)
                return;
            Other.Replays.TryUseAsync("backup", $"{reports.Count}", Clock.GetUtcNow(), default).AsTask().Wait();
        });

        Assert.True(reports.Count > 3);
        Assert.Equal(reports.Order(), reports);
        Assert.Equal(reports[^1].Total, reports[^1].Done);
        Assert.Equal(rows + 3, await Node.CountAsync("replays"));
        using var copy = new SqliteStore(SqliteEngine.FileAt(Backup), StoreSchemas.Sqlite);
        Assert.Equal(
            rows,
            await copy.ReadAsync(
                connection => connection.FirstAsync("SELECT count(*) FROM replays", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task A_backup_is_accessible_to_its_owner_only_and_overwrites_nothing()
    {
        await Node.Store.BackupAsync(Backup);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
        var before = await File.ReadAllBytesAsync(Backup);

        var refusal = await Assert.ThrowsAsync<StoreRefusedException>(() => Node.Store.BackupAsync(Backup));

        Assert.Contains(Backup, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Backup));
        Assert.Equal([Backup], Directory.GetFiles(Engine.Data.FullName, "backup*"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Of_simultaneous_backups_to_one_file_one_succeeds_and_the_others_are_refused()
    {
        var backups = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Node.Store.BackupAsync(Backup))).ToList();

        var refusals = await Task.WhenAll(backups.Select(backup => Record.ExceptionAsync(() => backup).AsTask()));

        Assert.Single(refusals, refusal => refusal is null);
        Assert.All(
            refusals.OfType<Exception>(),
            refusal => Assert.Contains(
                "is there already", Assert.IsType<StoreRefusedException>(refusal).Message, StringComparison.Ordinal));
        Assert.Equal([Backup], Directory.GetFiles(Engine.Data.FullName, "backup*"), StringComparer.Ordinal);
        using var copy = new SqliteStore(SqliteEngine.FileAt(Backup), StoreSchemas.Sqlite);
        Assert.Empty(await copy.CheckAsync());
    }

    [Fact]
    public async Task A_damaged_copy_gets_no_name_and_is_deleted()
    {
        await Node.Store.WriteAsync(
            connection => connection.ExecuteAsync(
                "INSERT INTO replays (subject_hash, expires_at, highest) VALUES ('a', 1, 2)"));
        await Node.Store.WriteAsync(connection => connection.ExecuteAsync("PRAGMA writable_schema=ON"));
        Assert.Equal(1, await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
            "UPDATE sqlite_master SET sql = replace(sql, '(\"expires_at\")', '(\"highest\")') WHERE type = 'index' "
            + "AND tbl_name = 'replays' AND sql IS NOT NULL")));

        var refusal = await Assert.ThrowsAsync<StoreRefusedException>(() => Node.Store.BackupAsync(Backup));

        Assert.Contains("the store is damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Engine.Data.FullName, "backup*"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(40960)]
    public async Task A_check_detects_overwritten_bytes(int from)
    {
        await Node.Store.BackupAsync(Backup);
        await using (var file = File.OpenWrite(Backup))
        {
            file.Seek(from, SeekOrigin.Begin);
            await file.WriteAsync(Gen.Byte.Array[(int)file.Length - from].Examples(1).Single());
        }

        using var copy = new SqliteStore(SqliteEngine.FileAt(Backup), StoreSchemas.Sqlite);
        Assert.NotEmpty(await copy.CheckAsync());
    }

    [Fact]
    public async Task A_check_detects_rows_without_an_owner()
    {
        await OpenConfirmedAsync();
        await using (var own = new SqliteConnection($"Data Source={Database};Foreign Keys=False;Pooling=False"))
        {
            await own.OpenAsync();
            await using var delete = own.CreateCommand();
            delete.CommandText = "DELETE FROM accounts";
            await delete.ExecuteNonQueryAsync();
        }

        Assert.Contains("a row of consents has lost its owner", await Node.Store.CheckAsync(), StringComparer.Ordinal);
    }

    private string Database => Path.Combine(Engine.Data.FullName, "tokenauth.db");

    private string Backup => Path.Combine(Engine.Data.FullName, "backup.db");

    private static string Latin1(FileInfo file)
    {
        using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
