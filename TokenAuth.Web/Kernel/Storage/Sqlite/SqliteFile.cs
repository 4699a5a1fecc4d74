using Microsoft.Data.Sqlite;
using SQLitePCL;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>The file of a SQLite store: where it is, whether a store is in it, and how a new one is made.</summary>
/// <param name="connectionString">As <see cref="Check"/> has passed it.</param>
/// <param name="setting">The option that names the file.</param>
/// <param name="options">Where the data directory is, and whether the wrapping key is a file there.</param>
internal sealed class SqliteFile(string connectionString, string setting, TokenAuthOptions options)
{
    public string ConnectionString => connectionString;

    public string Setting => setting;

    public string Path { get; } = System.IO.Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);

    /// <summary>A page of SQLite's has at least 512 bytes. It would take a shorter file for a new one, and drop a log beside it.</summary>
    private bool IsEmpty => LengthOf(Path) is null or < 512;

    /// <summary>Refuses a connection string that SQLite cannot read, or that is none of a file to read and write.</summary>
    public static void Check(string connectionString)
    {
        try
        {
            var given = new SqliteConnectionStringBuilder(connectionString);
            var fault = given.DataSource is "" or ":memory:" || given.Mode == SqliteOpenMode.Memory ? "names no file"
                : given.Mode == SqliteOpenMode.ReadOnly ? "has Mode=ReadOnly, and the store is written to"
                : given.Password.Length > 0 ? "has a Password, and the file is not encrypted"
                : null;
            if (fault is not null)
                throw new SettingsException("ConnectionStrings:TokenAuth", fault);
        }
        catch (ArgumentException wrong)
        {
            throw new SettingsException("ConnectionStrings:TokenAuth", wrong.Message);
        }
    }

    /// <summary>Whether there is a TokenAuth store. Makes no file, and changes none.</summary>
    public async Task<bool> HasStoreAsync()
    {
        if (IsEmpty)
            return false;
        var existing = new SqliteConnectionStringBuilder(connectionString) { Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        await using var connection = new SqliteConnection(existing.ToString());
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'";
        try
        {
            await connection.OpenAsync();
            return (long)(await command.ExecuteScalarAsync())! == 1;
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            throw new StoreRefusedException($"{Path} cannot be read: {damaged.Message}");
        }
    }

    /// <summary>Makes the data directory, and an empty file that only its owner may read, where there is none.</summary>
    /// <exception cref="SettingsException">It cannot be made, or something beside it shows that a store was there.</exception>
    public async Task CreateAsync()
    {
        try
        {
            await RefuseLossAsync();
            PrivateFiles.CreateDirectory(options.DataDirectory);
            if (!File.Exists(Path))
                PrivateFiles.Create(Path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(setting, wrong.Message);
        }
    }

    /// <summary>Where a key ring's key or a log is left, there was a store: a lost file, or a disk that is not mounted, is no new one.</summary>
    private async Task RefuseLossAsync()
    {
        // Looked for before the store is: whoever makes a new one at this moment makes these after it.
        var key = options.KeyRing.WrappingKey is null && File.Exists(WrappingKey.FileIn(options)) ? WrappingKey.FileIn(options) : null;
        var log = LengthOf(Path + "-wal") > 0 ? Path + "-wal" : null;
        if ((key is not null && !await HasStoreAsync()) || (log is not null && IsEmpty))
            throw new SettingsException(setting, $"there is no store at {Path}, but {key ?? log} of one: restore it, or remove that file for a new store");
    }

    /// <summary>Null where there is no such file. It is not opened: closing it would take the locks of this process's connections.</summary>
    private static long? LengthOf(string path) =>
        File.Exists(path) && new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) is { Exists: true } file ? file.Length : null;
}
