using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>
/// Copies a SQLite store to a new file. The copy gets its name after it was checked; until then it ends in
/// <c>.part</c>.
/// </summary>
internal static class SqliteBackup
{
    /// <param name="source">An open connection. Its file may be written to during the copy.</param>
    /// <exception cref="StoreRefusedException">No copy was made, and its unfinished file was removed.</exception>
    public static async Task WriteAsync(SqliteConnection source, string file, CancellationToken cancellation)
    {
        // The name is random, because another backup to the same file may be running.
        var unfinished = $"{file}.{RandomToken.Hex(8)}.part";
        void Remove()
        {
            File.Delete(unfinished);
            File.Delete(unfinished + "-journal");
        }

        // The handlers do not cancel the signal, so the process still ends immediately.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Remove());
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Remove());
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => Remove());
        try
        {
            PrivateFiles.Create(unfinished);
            var before = await CountAsync(source, cancellation);
            await CopyAsync(source, unfinished, cancellation);
            await CheckAsync(unfinished, before, cancellation);
            File.Move(unfinished, file, overwrite: false);
        }
        catch (SqliteException failure)
        {
            throw new StoreRefusedException($"No backup was made in {file}: {failure.Message}");
        }
        catch (IOException) when (Path.Exists(file))
        {
            throw new StoreRefusedException($"{file} is there already: another backup was faster.");
        }
        finally
        {
            Remove();
        }
    }

    private static async Task CopyAsync(SqliteConnection source, string unfinished, CancellationToken cancellation)
    {
        await using var target = new SqliteConnection(Connection(unfinished, SqliteOpenMode.ReadWrite));
        await target.OpenAsync(cancellation);
        source.BackupDatabase(target);
        await using var single = target.CreateCommand();
        single.CommandText = "PRAGMA journal_mode=DELETE";
        await single.ExecuteNonQueryAsync(cancellation);
    }

    /// <param name="before">The counts of the source before the copy. Neither ever falls.</param>
    private static async Task CheckAsync(
        string unfinished, (long Migrations, long Keys) before, CancellationToken cancellation)
    {
        await using var copy = new SqliteConnection(Connection(unfinished, SqliteOpenMode.ReadOnly));
        await copy.OpenAsync(cancellation);
        await using var check = copy.CreateCommand();
        check.CommandText = "PRAGMA integrity_check(1)";
        var damage = (string)(await check.ExecuteScalarAsync(cancellation))!;
        if (damage != "ok")
        {
            throw new StoreRefusedException(
                $"No backup was made, because the store is damaged: {damage.ReplaceLineEndings(" ")}");
        }

        var copied = await CountAsync(copy, cancellation);
        if (copied.Migrations < before.Migrations || copied.Keys < before.Keys)
            throw new StoreRefusedException("No backup was made: the copy lacks a migration or a key of the key ring.");
    }

    private static async Task<(long Migrations, long Keys)> CountAsync(
        SqliteConnection store, CancellationToken cancellation)
    {
        await using var count = store.CreateCommand();
        count.CommandText =
            """SELECT (SELECT count(*) FROM "__EFMigrationsHistory"), (SELECT count(*) FROM key_ring)""";
        await using var row = await count.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static string Connection(string file, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString();
}
