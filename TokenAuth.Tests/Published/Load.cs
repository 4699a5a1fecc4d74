using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>Clients that continue whatever happens, and count their unanswered calls.</summary>
internal sealed class Load(Uri server, Promises record, FormBrowser person)
{
    private int _unanswered;
    private long _longest;

    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>The longest time that a client waited until it knew that there is no answer.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longest));

    /// <summary>How often the kill tests kill. <c>endurance/run.sh</c> sets a large number.</summary>
    public static int Kills(int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_KILLS"), out var kills) ? kills : otherwise;

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
                for (var longest = _longest;
                    waited > longest && Interlocked.CompareExchange(ref _longest, waited, longest) != longest;
                    longest = _longest)
                {
                    // Another client may have recorded a longer wait meanwhile.
                }
            }
        }
    }
}
