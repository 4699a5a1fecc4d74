namespace TokenAuth.Kernel.Storage;

/// <summary>A row of a result. It is valid only while it is mapped. Columns count from 0.</summary>
internal abstract class RowReader
{
    public abstract bool IsNull(int column);

    public abstract long GetInt64(int column);

    public abstract bool GetBoolean(int column);

    public abstract string GetString(int column);

    public abstract byte[] GetBytes(int column);

    public abstract string GetName(int column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public DateTimeOffset Instant(int column) => DateTimeOffset.FromUnixTimeMilliseconds(GetInt64(column));

    public DateTimeOffset? InstantOrNull(int column) => IsNull(column) ? null : Instant(column);

    public TimeSpan? SpanOrNull(int column) => IsNull(column) ? null : TimeSpan.FromMilliseconds(GetInt64(column));

    public long? NumberOrNull(int column) => IsNull(column) ? null : GetInt64(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : GetString(column);
}
