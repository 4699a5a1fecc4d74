using System.Data;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// A named value of a statement, written as a pair such as <c>("@id", account)</c>. It has its column's type even where it is
/// null, so that a statement is prepared once for all its values. Instants and spans are milliseconds, as in <c>AuthDb</c>.
/// </summary>
internal readonly struct SqlParameter
{
    private SqlParameter(string name, DbType? type, object? value) => (Name, Type, Value) = (name, type, value);

    public string Name { get; }

    /// <summary>Null where the engine's library knows it by the value.</summary>
    public DbType? Type { get; }

    public object? Value { get; }

    public static implicit operator SqlParameter((string Name, long? Value) pair) => new(pair.Name, DbType.Int64, pair.Value);

    public static implicit operator SqlParameter((string Name, bool? Value) pair) => new(pair.Name, DbType.Boolean, pair.Value);

    public static implicit operator SqlParameter((string Name, byte[]? Value) pair) => new(pair.Name, DbType.Binary, pair.Value);

    /// <summary>For PostgreSQL alone.</summary>
    public static implicit operator SqlParameter((string Name, byte[][] Value) pair) => new(pair.Name, type: null, pair.Value);

    public static implicit operator SqlParameter((string Name, DateTimeOffset? Value) pair) => new(pair.Name, DbType.Int64, pair.Value?.ToUnixTimeMilliseconds());

    public static implicit operator SqlParameter((string Name, TimeSpan? Value) pair) => new(pair.Name, DbType.Int64, (long?)pair.Value?.TotalMilliseconds);

    /// <summary>PostgreSQL has no texts with U+0000 in them; where one is looked for, none is found in either engine.</summary>
    public static implicit operator SqlParameter((string Name, string? Value) pair) => new(pair.Name, DbType.String, pair.Value?.Replace('\0', '\uFFFD'));
}
