using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TokenAuth.Kernel.Storage.Sqlite;

/// <summary>A prepared statement of SQLite, and its current row while it runs.</summary>
internal sealed class SqliteStatement : RowReader, IDisposable
{
    /// <summary>
    /// The size in bytes of the stack buffer for a text. Nearly all texts fit; others are encoded in an array.
    /// </summary>
    private const int ShortText = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <summary>The position of each parameter; 0 if this statement does not use it.</summary>
    private readonly int[] _indexes;

    /// <param name="sql">The text, of which the first statement is prepared.</param>
    /// <param name="parameters">The names and order of the parameters. The values are bound in each run.</param>
    public SqliteStatement(sqlite3 database, string sql, SqlParameter[] parameters)
    {
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement, out var rest),
            database);
        (_database, _statement, Rest) = (database, statement, rest.Trim());
        _indexes = Array.ConvertAll(
            parameters, parameter => raw.sqlite3_bind_parameter_index(statement, parameter.Name));
        for (var index = 1; index <= raw.sqlite3_bind_parameter_count(statement); index++)
        {
            if (_indexes.Contains(index))
                continue;
            var name = raw.sqlite3_bind_parameter_name(statement, index).utf8_to_string();
            statement.Dispose();
            throw new ArgumentException($"{name} has no value", nameof(parameters));
        }

        IsReadOnly = raw.sqlite3_stmt_readonly(statement) != 0;
    }

    public bool IsReadOnly { get; }

    /// <summary>The text after this statement; empty if there is none.</summary>
    public string Rest { get; }

    /// <summary>Tells whether the text held only a comment.</summary>
    public bool IsEmpty => _statement.IsInvalid;

    /// <summary>The number of rows that the last run changed; 0 if the statement only reads.</summary>
    public int Changed => IsReadOnly ? 0 : raw.sqlite3_changes(_database);

    /// <summary>Binds the values. Dispose the run to release its row and SQLite's locks.</summary>
    public Run Start(SqlParameter[] parameters)
    {
        for (var i = 0; i < _indexes.Length; i++)
        {
            if (_indexes[i] != 0)
                SqliteException.ThrowExceptionForRC(Bind(_indexes[i], parameters[i].Value), _database);
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

    public override string GetString(int column) =>
        raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? throw Missing(column);

    public override byte[] GetBytes(int column)
    {
        var bytes = raw.sqlite3_column_blob(_statement, column);
        return !bytes.IsEmpty || !IsNull(column) ? bytes.ToArray() : throw Missing(column);
    }

    public override string GetName(int column) => raw.sqlite3_column_name(_statement, column).utf8_to_string();

    public void Dispose() => _statement.Dispose();

    private InvalidOperationException Missing(int column) => new($"{GetName(column)} is null");

    private int Bind(int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, index),
        long number => raw.sqlite3_bind_int64(_statement, index, number),
        bool flag => raw.sqlite3_bind_int64(_statement, index, flag ? 1 : 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
        string text => BindText(index, text),
        _ => throw new ArgumentException($"{value.GetType().Name} cannot be stored", nameof(value)),
    };

    private int BindText(int index, string text)
    {
        var buffer = text.Length * 3 <= ShortText
            ? stackalloc byte[ShortText]
            : new byte[Encoding.UTF8.GetByteCount(text)];
        return raw.sqlite3_bind_text(_statement, index, buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
    }

    /// <summary>One run of a statement.</summary>
    internal readonly ref struct Run(SqliteStatement statement)
    {
        /// <summary>Moves to the next row; false if there is none.</summary>
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
