using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Storage.Sqlite;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// SQLite, with a directory for each test. The migrated store with the fixture is made once and copied.
/// </summary>
public sealed class SqliteEngine : StoreEngine
{
    private static readonly Lazy<Task<(DirectoryInfo Directory, StoreFixture Fixture)>> Template = new(async () =>
    {
        var directory = Directory.CreateTempSubdirectory("tokenauth-test-store-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Delete(recursive: true);
        await using var node = new StoreNode(SettingsOf(directory), new TestClock());
        await node.Store.MigrateAsync();
        return (directory, await StoreFixture.MakeAsync(node));
    });

    internal DirectoryInfo Data { get; } = Directory.CreateTempSubdirectory("tokenauth-test-store-");

    internal override async Task StartAsync()
    {
        var (directory, fixture) = await Template.Value;
        Fixture = fixture;
        foreach (var file in directory.EnumerateFiles())
            file.CopyTo(Path.Combine(Data.FullName, file.Name));
    }

    internal override string BytesType => "BLOB";

    internal override Task StartEmptyAsync() => Task.CompletedTask;

    internal override async Task StartFromAsync(string dump)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Data.FullName, "tokenauth.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = dump;
        await command.ExecuteNonQueryAsync();
    }

    internal override Task<LiveServer> ServeAsync() =>
        LiveServer.StartOnAsync(Data, database: null, Clock, "--Logging:LogLevel:Default=Warning");

    private protected override Dictionary<string, string?> Settings() => SettingsOf(Data);

    /// <summary>Also leaves the mode of the write-ahead log, as a backup has.</summary>
    internal override async Task<bool> MakeReadOnlyAsync()
    {
        await CloseNodesAsync();
        var file = Path.Combine(Data.FullName, "tokenauth.db");
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=DELETE";
            await command.ExecuteNonQueryAsync();
        }

        if (OperatingSystem.IsWindows())
            return false;
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        File.SetUnixFileMode(Data.FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return !Environment.IsPrivilegedProcess;
    }

    internal override async Task<string> FingerprintAsync()
    {
        var texts = new List<string>();
        foreach (var file in Data.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var bytes = await File.ReadAllBytesAsync(file.FullName);
            texts.Add($"{file.Name} {Convert.ToHexString(SHA256.HashData(bytes))}");
        }

        return string.Join('\n', texts);
    }

    private protected override Task DeleteAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Data.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Data.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A store file without keys.</summary>
    internal static SqliteFile FileAt(string path) =>
        new(
            $"Data Source={path};Pooling=False", "ConnectionStrings:TokenAuth",
            new TokenAuthOptions { DataDirectory = Path.GetDirectoryName(path)! });

    private static Dictionary<string, string?> SettingsOf(DirectoryInfo data) =>
        new(StringComparer.Ordinal) { ["TokenAuth:DataDirectory"] = data.FullName };
}
