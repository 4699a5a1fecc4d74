using Microsoft.Data.Sqlite;
using SQLitePCL;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>The file of a SQLite store: locates it, checks whether it holds a store, and creates a new one.</summary>
/// <param name="connectionString">A connection string that <see cref="Check"/> has accepted.</param>
/// <param name="setting">The name of the option that names the file.</param>
/// <param name="options">The options, for the data directory and the wrapping key.</param>
/// <param name="readsOnly">Tells whether the store is only read: not even the file's header changes.</param>
internal sealed class SqliteFile(
    string connectionString, string setting, TokenAuthOptions options, bool readsOnly = false)
{
    public bool ReadsOnly => readsOnly;

    public string ConnectionString => connectionString;

    public string Setting => setting;

    public string Path { get; } =
        System.IO.Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);

    private string Unwritable => $"{Path}, or its directory, cannot be written";

    /// <summary>
    /// Checks whether the file holds no database. A database has at least one page, of at least 512 bytes. SQLite would
    /// take a shorter file for a new database, and delete a log beside it.
    /// </summary>
    private bool IsEmpty => LengthOf(Path) is null or < 512;

    /// <summary>
    /// Refuses a connection string that SQLite cannot read, or that does not name a file to read and write.
    /// </summary>
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

    /// <summary>Checks whether the file holds a TokenAuth store. Creates and changes nothing.</summary>
    public async Task<bool> HasStoreAsync()
    {
        if (IsEmpty)
            return false;
        try
        {
            await using var connection = OpenToRead();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'";
            return (long)(await command.ExecuteScalarAsync())! == 1;
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            throw new StoreRefusedException($"{Path} cannot be read: {damaged.Message}");
        }
    }

    /// <summary>
    /// Opens the existing file to read. A file that no process has open, in a directory that cannot be written, is read
    /// without the lock that other processes would need.
    /// </summary>
    public SqliteConnection OpenToRead()
    {
        try
        {
            return OpenToRead(Path, SqliteOpenMode.ReadWrite);
        }
        catch (SqliteException refused) when (LengthOf(Path + "-wal") is null
            && refused.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY)
        {
            return OpenToRead($"file:{Uri.EscapeDataString(Path)}?immutable=1", SqliteOpenMode.ReadOnly);
        }
    }

    /// <summary>
    /// Creates the data directory and an empty file that only its owner may read, if they do not exist.
    /// </summary>
    /// <exception cref="SettingsException">
    /// The file cannot be created or written, or other files show that a store was here.
    /// </exception>
    public async Task CreateAsync()
    {
        try
        {
            await RefuseLossAsync();
            PrivateFiles.CreateDirectory(options.DataDirectory);
            if (!File.Exists(Path))
                PrivateFiles.Create(Path);
            else if (IsReadOnly())
                throw new UnauthorizedAccessException(Unwritable);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(setting, wrong.Message);
        }
        catch (SqliteException refused) when (refused.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY)
        {
            throw new SettingsException(setting, Unwritable);
        }
    }

    /// <summary>
    /// Refuses to create a store beside the wrapping key or the log of an earlier one: its file was lost, or its disk
    /// is not mounted.
    /// </summary>
    private async Task RefuseLossAsync()
    {
        // Look for the key and the log before the store: another process that creates a store now creates them later.
        var key = options.KeyRing.WrappingKey is null && File.Exists(WrappingKey.FileIn(options))
            ? WrappingKey.FileIn(options)
            : null;
        var log = LengthOf(Path + "-wal") > 0 ? Path + "-wal" : null;
        if ((key is not null && !await HasStoreAsync()) || (log is not null && IsEmpty))
        {
            throw new SettingsException(
                setting,
                $"there is no store at {Path}, but {key ?? log} of one: "
                + "restore it, or remove that file for a new store");
        }
    }

    /// <summary>Checks whether SQLite opens the file to read only. It does not say so before the first write.</summary>
    private bool IsReadOnly()
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        connection.Open();
        SqlitePragmas.Set(connection);
        return raw.sqlite3_db_readonly(connection.Handle, "main") == 1;
    }

    private SqliteConnection OpenToRead(string source, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString)
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            SqlitePragmas.SetForReading(connection);
            using var probe = connection.CreateCommand();
            probe.CommandText = "SELECT count(*) FROM sqlite_master"; // the first read takes the locks
            probe.ExecuteScalar();
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns the length of a file; null if it does not exist. The file is not opened, because closing it would
    /// release the locks of this process's other connections.
    /// </summary>
    private static long? LengthOf(string path)
    {
        if (!File.Exists(path))
            return null;
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return new FileInfo(target) is { Exists: true } file ? file.Length : null;
    }
}
