using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Published;

/// <summary>The server under a service manager and a log collector.</summary>
[Collection(PublishedCopy.Collection)]
public sealed class ServiceManagerTests(PublishedCopy copy)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Each line of the log is one JSON object. With an OTLP endpoint, a line about a call has the call's trace id.
    /// </summary>
    [Fact]
    public async Task It_reports_that_it_is_ready_and_that_it_stops_and_logs_json_with_trace_ids()
    {
        await using var installation = new PublishedInstallation(copy);
        var path = Path.Combine(installation.Root, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var process = installation.StartServer(
            [
                ("NOTIFY_SOCKET", path), ("TokenAuth__Logs__Format", "json"),
                ("Logging__LogLevel__TokenAuth.Kernel.Calls", "Debug"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
            ],
            "--urls=http://127.0.0.1:0");

        Assert.Equal("READY=1", await ReceiveAsync(manager));
        var address = await AddressAsync(process);
        using var http = LiveServer.CreateClient();
        await http.GetStringAsync($"{address}/api.php");
        process.Terminate();
        Assert.Equal("STOPPING=1", await ReceiveAsync(manager));
        Assert.Equal(0, (await process.ExitAsync(Timeout)).Status);

        var refusal = Lines(process).Single(
            line => line.GetProperty("Category").GetString() == "TokenAuth.Kernel.Calls.DialectPipeline");
        Assert.Matches("\"TraceId\":\"[0-9a-f]{32}\"", refusal.GetRawText());
        Assert.Matches("^[0-9T:.-]+Z$", refusal.GetProperty("Timestamp").GetString()!);
    }

    /// <summary>Waits for the address in the log, which a thread of its own writes.</summary>
    private static async Task<string> AddressAsync(PublishedProcess process)
    {
        const string Listening = "Now listening on: ";
        string? found = null;
        await PublishedServer.UntilAsync(
            () =>
            {
                found = Lines(process).Select(line => line.GetProperty("Message").GetString()!)
                    .SingleOrDefault(message => message.StartsWith(Listening, StringComparison.Ordinal));
                return Task.FromResult(found is not null);
            },
            Timeout);
        return found![Listening.Length..];
    }

    /// <summary>The complete lines of the log so far.</summary>
    private static IReadOnlyList<JsonElement> Lines(PublishedProcess process) =>
    [
        .. process.Output.Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement),
    ];

    private static async Task<string> ReceiveAsync(Socket manager)
    {
        using var limit = new CancellationTokenSource(Timeout);
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, await manager.ReceiveAsync(buffer, SocketFlags.None, limit.Token));
    }
}
