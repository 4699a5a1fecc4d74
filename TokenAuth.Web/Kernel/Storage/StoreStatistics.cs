namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Counts the work of a store since it was opened. A batch is what was sent to the store at once; a unit that was sent
/// alone is a batch of one.
/// </summary>
internal sealed class StoreStatistics
{
    private long _readUnits;
    private long _readBatches;
    private long _writeUnits;
    private long _writeBatches;

    public long ReadUnits => Volatile.Read(ref _readUnits);

    public long ReadBatches => Volatile.Read(ref _readBatches);

    public long WriteUnits => Volatile.Read(ref _writeUnits);

    public long WriteBatches => Volatile.Read(ref _writeBatches);

    public void Read(int units, int batches)
    {
        Interlocked.Add(ref _readUnits, units);
        Interlocked.Add(ref _readBatches, batches);
    }

    public void Write(int units, int batches)
    {
        Interlocked.Add(ref _writeUnits, units);
        Interlocked.Add(ref _writeBatches, batches);
    }
}
