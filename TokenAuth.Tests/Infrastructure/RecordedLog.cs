using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>Records every log line at any level, with scopes and exceptions, as a log file would.</summary>
internal sealed class RecordedLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Formats each line when it is logged: scopes change when their request ends.</summary>
    public RecordedLog() => Provider = new FakeLoggerProvider(FakeLogCollector.Create(
        new FakeLogCollectorOptions { OutputSink = _lines.Enqueue, OutputFormatter = Line }));

    /// <summary>The settings with which an operator enables every category, for this provider only.</summary>
    public static string[] Everything { get; } = EverythingAt("Logging:Fake");

    public ILoggerProvider Provider { get; }

    public IReadOnlyCollection<string> Lines => _lines;

    public IReadOnlyList<string> Errors => [.. _lines.Where(IsError)];

    public static string[] EverythingAt(string section) =>
        [
            .. new[]
            {
                "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics",
                "Microsoft.EntityFrameworkCore",
            }.Select(category => $"--{section}:LogLevel:{category}=Trace"),
        ];

    /// <summary>Fails if a line contains a secret, or if the log does not contain every category.</summary>
    /// <param name="secrets">The texts, in any case.</param>
    /// <param name="failure">The category of an error that the test has caused.</param>
    public void HasNone(IReadOnlyCollection<string> secrets, string failure)
    {
        Assert.Contains(_lines, line => line.StartsWith("Trace Microsoft", StringComparison.Ordinal));
        Assert.Contains(Errors, line => line.StartsWith($"Error TokenAuth.Kernel.{failure}", StringComparison.Ordinal));
        Assert.NotEmpty(secrets);
        Assert.All(secrets, secret => Assert.DoesNotContain(
            _lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    public static bool IsError(string line) =>
        line.StartsWith("Error ", StringComparison.Ordinal) || line.StartsWith("Critical ", StringComparison.Ordinal);

    private static string Line(FakeLogRecord record) =>
        $"{record.Level} {record.Category}{string.Concat(record.Scopes.Select(scope => $" => {scope}"))}: "
        + $"{record.Message} {record.Exception}";
}
