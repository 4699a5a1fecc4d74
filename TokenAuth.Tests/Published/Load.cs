namespace TokenAuth.Tests.Published;

/// <summary>Clients that go on whatever happens, and count what they got no answer to.</summary>
internal sealed class Load(Uri server, Promises record, Person person)
{
    private int _unanswered;
    private long _longest;

    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>How long a client waited at most to be told that there is no answer.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longest));

    public async Task RunAsync(bool exchanges, CancellationToken stop)
    {
        using var wire = new Wire();
        while (!stop.IsCancellationRequested)
        {
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                await record.HandshakeAsync(server, wire, person, exchanges);
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException or UnansweredException)
            {
                Interlocked.Increment(ref _unanswered);
                var waited = TimeProvider.System.GetElapsedTime(started).Ticks;
                for (var longest = _longest; waited > longest && Interlocked.CompareExchange(ref _longest, waited, longest) != longest; longest = _longest)
                {
                    // Another client has waited longer meanwhile, or not.
                }
            }
        }
    }
}
