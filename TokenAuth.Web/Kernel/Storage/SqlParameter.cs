using System.Data;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// A named parameter of a statement, written as a pair such as <c>("@id", account)</c>. A null keeps the type of its
/// column, so that a statement is prepared once for all values. Instants and time spans are milliseconds, as in
/// <c>AuthDb</c>.
/// </summary>
internal readonly struct SqlParameter
{
    private SqlParameter(string name, DbType? type, object? value) => (Name, Type, Value) = (name, type, value);

    public string Name { get; }

    /// <summary>Null if the engine's library infers the type from the value.</summary>
    public DbType? Type { get; }

    public object? Value { get; }

    public static implicit operator SqlParameter((string Name, long? Value) pair) =>
        new(pair.Name, DbType.Int64, pair.Value);

    public static implicit operator SqlParameter((string Name, bool? Value) pair) =>
        new(pair.Name, DbType.Boolean, pair.Value);

    public static implicit operator SqlParameter((string Name, byte[]? Value) pair) =>
        new(pair.Name, DbType.Binary, pair.Value);

    /// <summary>A list of keys. PostgreSQL only.</summary>
    public static implicit operator SqlParameter((string Name, byte[][] Value) pair) =>
        new(pair.Name, type: null, pair.Value);

    public static implicit operator SqlParameter((string Name, DateTimeOffset? Value) pair) =>
        new(pair.Name, DbType.Int64, pair.Value?.ToUnixTimeMilliseconds());

    public static implicit operator SqlParameter((string Name, TimeSpan? Value) pair) =>
        new(pair.Name, DbType.Int64, (long?)pair.Value?.TotalMilliseconds);

    /// <summary>
    /// PostgreSQL cannot store U+0000. Replacing it makes a lookup of such a text find nothing in either engine.
    /// </summary>
    public static implicit operator SqlParameter((string Name, string? Value) pair) =>
        new(pair.Name, DbType.String, pair.Value?.Replace('\0', '\uFFFD'));
}
