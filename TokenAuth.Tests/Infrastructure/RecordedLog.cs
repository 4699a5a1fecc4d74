using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>Records every log line at any level, with scopes and exceptions, as a log file would.</summary>
internal sealed class RecordedLog : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider? _scopes;

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(RecordedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var scopes = "";
            log._scopes?.ForEachScope((scope, _) => scopes += $" => {scope}", state);
            log._lines.Enqueue($"{logLevel} {category}{scopes}: {formatter(state, exception)} {exception}");
        }
    }
}
