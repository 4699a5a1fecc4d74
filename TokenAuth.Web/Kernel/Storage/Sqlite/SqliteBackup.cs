using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>
/// Copies a SQLite store to a new file. The copy gets its name after it was checked; until then it ends in
/// <c>.part</c>.
/// </summary>
internal static class SqliteBackup
{
    /// <summary>The number of pages between two reports.</summary>
    private const int PagesPerStep = 256;

    /// <param name="source">An open connection. Its file may be written to during the copy.</param>
    /// <param name="report">Gets the number of copied pages and of all pages, from time to time.</param>
    /// <exception cref="StoreRefusedException">No copy was made, and its unfinished file was removed.</exception>
    public static async Task WriteAsync(
        SqliteConnection source, string file, Action<long, long>? report, CancellationToken cancellation)
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
            await CopyAsync(source, unfinished, report, cancellation);
            await CheckAsync(unfinished, before, cancellation);
            PrivateFiles.MoveToFree(unfinished, file);
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

    private static async Task CopyAsync(
        SqliteConnection source, string unfinished, Action<long, long>? report, CancellationToken cancellation)
    {
        await using var target = new SqliteConnection(Connection(unfinished, SqliteOpenMode.ReadWrite));
        await target.OpenAsync(cancellation);

        // Without a read transaction, SQLite would start again after each write of another process.
        await using (var snapshot = source.CreateCommand())
        {
            snapshot.CommandText = "BEGIN; SELECT count(*) FROM sqlite_master";
            await snapshot.ExecuteScalarAsync(cancellation);
            CopyPages(source, target, report, cancellation);
            snapshot.CommandText = "COMMIT";
            await snapshot.ExecuteNonQueryAsync(cancellation);
        }

        await using var single = target.CreateCommand();
        single.CommandText = "PRAGMA journal_mode=DELETE";
        await single.ExecuteNonQueryAsync(cancellation);
    }

    private static void CopyPages(
        SqliteConnection source, SqliteConnection target, Action<long, long>? report, CancellationToken cancellation)
    {
        using var backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
        if (backup is null)
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(target.Handle), target.Handle);
        int result;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            result = raw.sqlite3_backup_step(backup, PagesPerStep);
            var pages = raw.sqlite3_backup_pagecount(backup);
            report?.Invoke(pages - raw.sqlite3_backup_remaining(backup), pages);
        }
        while (result == raw.SQLITE_OK);
        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, target.Handle);
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
