using SQLitePCL;
using TokenAuth.Kernel.Schema;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Sqlite;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Storage.Sqlite;

/// <summary>How SQLite statements run, and how values are converted in both directions.</summary>
public sealed class SqliteStatementTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokenauth-test-");
    private readonly SqliteStore _store;

    public SqliteStatementTests() =>
        _store = new SqliteStore(SqliteEngine.FileAt(Path.Combine(_directory.FullName, "a.db")), StoreSchemas.Sqlite);

    public void Dispose()
    {
        _store.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task All_statements_in_a_text_run()
    {
        await _store.WriteAsync(connection => connection.ExecuteAsync(
            "CREATE TABLE first (a INTEGER, b TEXT); INSERT INTO first VALUES (@a, @b); -- the end\n INSERT "
            + "INTO first VALUES (@a, 'x') ;\n -- and nothing more",
            ("@a", 1L), ("@b", "text")));

        Assert.Equal(
            ["1 text", "1 x"],
            await _store.ReadAsync(
                connection => connection.ListAsync(
                    "SELECT a, b FROM first", row => $"{row.GetInt64(0)} {row.GetString(1)}")));
    }

    [Fact]
    public async Task Values_are_read_back_unchanged()
    {
        var (text, bytes) = (
            new string('\u00E9', 700) + "\U0001F600",
            Enumerable.Range(0, 256).Select(number => (byte)number).ToArray());
        foreach (var (longText, flag) in new[] { ("", false), ("a", true), (text, true) })
        {
            var seen = await _store.ReadAsync(connection => connection.FirstAsync(
                "SELECT @text AS text, @flag, @number, @bytes, @null",
                row => (
                    row.GetString(0), row.GetBoolean(1), row.GetInt64(2), row.GetBytes(3),
                    row.IsNull(4) && row.TextOrNull(4) is null, row.GetName(0)),
                ("@text", longText), ("@flag", flag), ("@number", long.MinValue),
                ("@bytes", longText.Length == 0 ? [] : bytes), ("@null", (string?)null)));

            Assert.Equal(
                (longText, flag, long.MinValue, true, "text"),
                (seen.Item1, seen.Item2, seen.Item3, seen.Item5, seen.Item6));
            Assert.Equal(longText.Length == 0 ? [] : bytes, seen.Item4);
        }
    }

    [Fact]
    public async Task A_missing_value_is_an_error_and_not_a_null() => await Assert.ThrowsAsync<ArgumentException>(() =>
        _store.ReadAsync(connection => connection.FirstAsync("SELECT @a, @b", row => row.IsNull(0), ("@a", 1L)))
            .AsTask());

    [Fact]
    public async Task A_null_is_read_only_by_a_nullable_read()
    {
        foreach (var read in new Func<RowReader, object?>[]
        {
            row => row.GetInt64(0),
            row => row.GetString(0),
            row => row.GetBytes(0),
            row => row.GetBoolean(0),
        })
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => _store.ReadAsync(connection => connection.FirstAsync("SELECT NULL", read)).AsTask());
    }

    [Fact]
    public async Task A_query_has_exactly_one_statement()
    {
        foreach (var text in new[] { "SELECT 1; SELECT 2", "-- nothing" })
            await Assert.ThrowsAsync<ArgumentException>(
                () => _store.ReadAsync(connection => connection.FirstAsync(text, row => row.GetInt64(0))).AsTask());
    }

    /// <summary>
    /// As in the server; see <see cref="SqliteStore"/>, and <see cref="Infrastructure.SqliteMode"/> for the tests.
    /// </summary>
    [Fact]
    public async Task SQLite_runs_without_memory_statistics()
    {
        await MakeThingsAsync();

        Assert.Equal(0, raw.sqlite3_memory_used());
    }

    [Fact]
    public async Task An_oversized_number_is_not_truncated() => await Assert.ThrowsAsync<OverflowException>(() =>
        _store.ReadAsync(connection => connection.FirstAsync("SELECT 4294967296", row => row.GetInt32(0))).AsTask());

    [Fact]
    public async Task A_statement_that_writes_and_answers_has_written_once_it_has_answered()
    {
        await MakeThingsAsync();

        var first = await _store.WriteAsync(
            connection => connection.FirstAsync(
                "INSERT INTO things (number) VALUES (7), (8), (9) RETURNING number", row => row.GetInt64(0)));

        Assert.Equal(7, first);
        Assert.Equal(
            3,
            await _store.ReadAsync(
                connection => connection.FirstAsync("SELECT count(*) FROM things", row => row.GetInt64(0))));
    }

    private ValueTask<int> MakeThingsAsync() =>
        _store.WriteAsync(connection => connection.ExecuteAsync("CREATE TABLE things (number INTEGER NOT NULL)"));
}
