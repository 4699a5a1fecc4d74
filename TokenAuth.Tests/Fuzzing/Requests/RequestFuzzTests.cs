using System.Globalization;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>
/// Sends whole requests: right ones, spoilt ones, and wrong ones with right signatures. <c>fuzz/requests.sh</c> sends
/// them to the published server, for minutes.
/// </summary>
public sealed class RequestFuzzTests(ITestOutputHelper output)
{
    private const int Requests = 300;

    [Fact]
    public async Task No_request_breaks_a_rule()
    {
        var seed = uint.Parse(Setting("SEED") ?? "1", CultureInfo.InvariantCulture);
        var minutes = double.Parse(Setting("MINUTES") ?? "0", CultureInfo.InvariantCulture);
        await using var world = minutes > 0 ? await StartPublishedAsync() : await FuzzWorld.StartAsync();
        var run = new FuzzRun(world, minutes > 0 ? TimeSpan.FromMilliseconds(100) : null);
        var (started, end) = (TimeProvider.System.GetTimestamp(), TimeSpan.FromMinutes(minutes));

        await run.SendAsync(
            seed, () => run.Sent >= Requests && TimeProvider.System.GetElapsedTime(started) >= end);

        output.WriteLine($"from seed {seed}: {run}");
        Assert.True(run.Found.Count == 0, $"{run}\n{string.Join('\n', run.Found)}");
        Assert.InRange(run.Sent, Requests, int.MaxValue);
    }

    private static async Task<FuzzWorld> StartPublishedAsync()
    {
        await using var copy = new PublishedCopy();
        await copy.InitializeAsync();
        return await FuzzWorld.StartAsync(copy);
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable($"TOKENAUTH_TESTS_FUZZ_{name}");
}
