using System.Collections.Concurrent;
using System.Globalization;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>
/// Back-up programs that open one Dreamwidth session after another. The session numbers count up, so a call that took
/// effect twice, or was undone after its answer, becomes visible.
/// </summary>
internal sealed class Journal(Uri server, string key) : IDisposable
{
    private readonly HttpClient _http = LiveServer.CreateClient();
    private readonly ConcurrentBag<(long Number, string Cookie)> _answered = [];
    private int _unanswered;

    public int Unanswered => Volatile.Read(ref _unanswered);

    public IReadOnlyCollection<(long Number, string Cookie)> Answered => _answered;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var answer = await AskAsync("sessiongenerate");
                var cookie = answer.GetValueOrDefault("ljsession");
                if (cookie is null)
                {
                    Assert.Equal("Server error: Database temporarily unavailable", answer["errmsg"]);
                    throw new UnansweredException();
                }

                _answered.Add((long.Parse(cookie.Split(':')[2], CultureInfo.InvariantCulture), cookie));
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException or UnansweredException)
            {
                Interlocked.Increment(ref _unanswered);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Dictionary<string, string>> AskAsync(string mode)
    {
        using var form = new FormUrlEncodedContent(
            [
                new("mode", mode), new("user", PublishedFixture.Alice.ToLowerInvariant()), new("password", key),
                new("expiration", "long"),
            ]);
        using var response = await _http.PostAsync(new Uri(server, "/interface/flat"), form);
        if ((int)response.StatusCode is 502 or 504)
            throw new UnansweredException();
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        return lines.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(
            pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }
}
