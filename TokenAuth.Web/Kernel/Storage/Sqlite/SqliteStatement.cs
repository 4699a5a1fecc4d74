using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>A statement that SQLite has prepared, and the row at which it stands while it runs.</summary>
internal sealed class SqliteStatement : RowReader, IDisposable
{
    /// <summary>Nearly all texts are shorter; longer ones are encoded in memory of their own.</summary>
    private const int ShortText = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <summary>Where each of the parameters goes; 0 where this statement has no such parameter.</summary>
    private readonly int[] _places;

    /// <param name="sql">Its first statement is taken.</param>
    /// <param name="parameters">Their names and order; the values come with each run.</param>
    public SqliteStatement(sqlite3 database, string sql, SqlParameter[] parameters)
    {
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement, out var rest), database);
        (_database, _statement, Rest) = (database, statement, rest.Trim());
        _places = Array.ConvertAll(parameters, parameter => raw.sqlite3_bind_parameter_index(statement, parameter.Name));
        for (var place = 1; place <= raw.sqlite3_bind_parameter_count(statement); place++)
        {
            if (_places.Contains(place))
                continue;
            var name = raw.sqlite3_bind_parameter_name(statement, place).utf8_to_string();
            statement.Dispose();
            throw new ArgumentException($"{name} has no value", nameof(parameters));
        }

        IsReadOnly = raw.sqlite3_stmt_readonly(statement) != 0;
    }

    public bool IsReadOnly { get; }

    /// <summary>What follows it in the text; empty where nothing does.</summary>
    public string Rest { get; }

    /// <summary>Whether the text was a comment only.</summary>
    public bool IsEmpty => _statement.IsInvalid;

    /// <summary>How many rows the last run changed, if it was of a kind that changes rows.</summary>
    public int Changed => IsReadOnly ? 0 : raw.sqlite3_changes(_database);

    /// <summary>Binds the values; dispose what it returns to let go of the row and of SQLite's locks.</summary>
    public Run Start(SqlParameter[] parameters)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            if (_places[i] != 0)
                SqliteException.ThrowExceptionForRC(Bind(_places[i], parameters[i].Value), _database);
        }

        return new Run(this);
    }

    public override bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public override long GetInt64(int column)
    {
        var number = raw.sqlite3_column_int64(_statement, column);
        return number != 0 || !IsNull(column) ? number : throw Missing(column);
    }

    public override bool GetBoolean(int column) => GetInt64(column) != 0;

    public override string GetString(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? throw Missing(column);

    public override byte[] GetBytes(int column)
    {
        var bytes = raw.sqlite3_column_blob(_statement, column);
        return !bytes.IsEmpty || !IsNull(column) ? bytes.ToArray() : throw Missing(column);
    }

    public override string GetName(int column) => raw.sqlite3_column_name(_statement, column).utf8_to_string();

    public void Dispose() => _statement.Dispose();

    private InvalidOperationException Missing(int column) => new($"{GetName(column)} is null");

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, place),
        long number => raw.sqlite3_bind_int64(_statement, place, number),
        bool flag => raw.sqlite3_bind_int64(_statement, place, flag ? 1 : 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        string text => BindText(place, text),
        _ => throw new ArgumentException($"{value.GetType().Name} cannot be stored", nameof(value)),
    };

    private int BindText(int place, string text)
    {
        var room = text.Length * 3 <= ShortText ? stackalloc byte[ShortText] : new byte[Encoding.UTF8.GetByteCount(text)];
        return raw.sqlite3_bind_text(_statement, place, room[..Encoding.UTF8.GetBytes(text, room)]);
    }

    /// <summary>One run of a statement.</summary>
    internal readonly ref struct Run(SqliteStatement statement)
    {
        /// <summary>Goes to the next row; false where there is none.</summary>
        public bool Step()
        {
            var result = raw.sqlite3_step(statement._statement);
            if (result == raw.SQLITE_ROW)
                return true;
            if (result != raw.SQLITE_DONE)
                SqliteException.ThrowExceptionForRC(result, statement._database);
            return false;
        }

        public void Dispose() => raw.sqlite3_reset(statement._statement);
    }
}
