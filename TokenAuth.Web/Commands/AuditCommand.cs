using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using TokenAuth.Kernel.Events;

namespace TokenAuth.Commands;

/// <summary><c>audit</c>: prints the security event log, newest first. Reads it in pages to limit memory.</summary>
internal static class AuditCommand
{
    private const int PageSize = 500;

    private static readonly string[] InstantForms =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static Command Create()
    {
        var login = new Option<string>("--account")
        {
            Description = "Only events of the account with this login name.",
        };
        var since = new Option<string>("--since")
        {
            Description =
                "Only events since an instant (2026-11-27, 2026-11-27T10:00:00Z) or within a span (90m, 24h, 7d).",
        };
        var audit = new Command("audit", "Prints the security event log, the newest event first.")
        {
            login, since, CommandScope.Json,
        }.WithExample("tokenauth audit --account alice --since 24h");
        audit.SetAction(async (parsed, cancellation) =>
        {
            var from = parsed.GetValue(since) is { } text
                ? SinceOf(text, TimeProvider.System.GetUtcNow())
                    ?? throw new UsageException(
                        $"--since '{text}' is neither an instant such as 2026-11-27T10:00:00Z nor a span such as 24h")
                : (DateTimeOffset?)null;
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var account = parsed.GetValue(login) is { } name
                ? await AccountArgument.FindListedAsync(scope, name, cancellation)
                : null;
            await CommandOutput.PrintListAsync(
                parsed,
                "events",
                ReadAsync(scope.Get<SecurityEvents>(), account?.Id, from, cancellation),
                JsonOf,
                Line);
            return 0;
        });
        return audit;
    }

    /// <summary>
    /// Reads an instant (UTC if it names no zone) or a span before now. Returns null if the text is neither.
    /// </summary>
    public static DateTimeOffset? SinceOf(string text, DateTimeOffset now)
    {
        if (text.Length is > 1 and <= 6
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return text[^1] switch
            {
                's' => now.AddSeconds(-number),
                'm' => now.AddMinutes(-number),
                'h' => now.AddHours(-number),
                'd' => now.AddDays(-number),
                _ => null,
            };
        }

        return DateTimeOffset.TryParseExact(
            text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : null;
    }

    private static async IAsyncEnumerable<ListedEvent> ReadAsync(
        SecurityEvents events,
        long? accountId,
        DateTimeOffset? since,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<ListedEvent> page;
        long? before = null;
        do
        {
            page = await events.ListAsync(accountId, since, before, PageSize, cancellation);
            foreach (var entry in page)
                yield return entry;
            before = page is [.., var last] ? last.Id : before;
        }
        while (page.Count == PageSize);
    }

    /// <summary>Returns the JSON object that docs/operations.md promises to scripts.</summary>
    private static object JsonOf(ListedEvent entry) => new
    {
        at = CommandOutput.Instant(entry.At),
        kind = entry.Kind,
        login = entry.Login,
        uid = entry.Uid,
        application = entry.Application,
        dialect = entry.Dialect,
        address = entry.Address,
        detail = entry.Detail,
        count = entry.Count,
        administrator = entry.Actor,
    };

    private static string Line(ListedEvent entry)
    {
        var count = entry.Count > 1 ? $"{entry.Count} times" : null;
        var actor = entry.Actor is { } name ? $"by {name}" : null;
        string?[] rest = [entry.Dialect, entry.Application, entry.Detail, count, actor];
        var owner = entry.Login ?? (entry.Uid is { } uid ? $"uid {uid}" : "-");
        return $"{CommandOutput.Instant(entry.At)}  {entry.Kind,-22}  {owner,-16}"
            + $"  {entry.Address ?? "-",-15}  {string.Join(", ", rest.OfType<string>())}";
    }
}
