using System.Text.RegularExpressions;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>A running published server.</summary>
internal sealed partial class PublishedServer
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private PublishedServer(PublishedProcess process, Uri[] addresses) => (Process, Addresses) = (process, addresses);

    public PublishedProcess Process { get; }

    public Uri[] Addresses { get; }

    public Uri Http => Addresses.Single(address => address.Scheme == "http");

    public Uri Https => Addresses.Single(address => address.Scheme == "https");

    public static async Task<PublishedServer> WhenReadyAsync(PublishedProcess process)
    {
        using var client = LiveServer.CreateClient();
        Uri[] addresses = [];
        await UntilAsync(
            async () =>
            {
                Assert.False(process.HasExited, $"The server has ended: {process.Output}{process.Error}");
                if (!process.Output.Contains("Application started", StringComparison.Ordinal))
                    return false;
                addresses = [.. Listening().Matches(process.Output).Select(line => new Uri(line.Groups[1].Value))];
                using var ready = await client.GetAsync(new Uri(addresses[0], "/health/ready"));
                return ready.IsSuccessStatusCode;
            },
            Timeout);
        return new PublishedServer(process, addresses);
    }

    /// <summary>
    /// Polls until the condition holds, within the given time. A test cannot move the clock of another process.
    /// </summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan within)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < within, $"It is not so after {within}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Stops the server, as a service manager does.</summary>
    public Task<Finished> StopAsync()
    {
        Process.Terminate();
        return Process.ExitAsync(Timeout);
    }

    [GeneratedRegex(@"Now listening on: (\S+)")]
    private static partial Regex Listening();
}
