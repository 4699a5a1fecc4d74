using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Commands;

/// <summary><c>audit</c>: the security event log, the newest event first. It is read in pages, so memory stays small.</summary>
internal static class AuditCommand
{
    private const int PageSize = 500;

    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly string[] InstantForms =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static Command Create()
    {
        var login = new Option<string>("--account") { Description = "Only events of the account with this login name." };
        var since = new Option<string>("--since")
        {
            Description = "Only events since an instant (2026-11-27, 2026-11-27T10:00:00Z) or for a span (90m, 24h, 7d).",
        };
        var audit = new Command("audit", "Prints the security event log, the newest event first.")
        {
            login, since, CommandScope.Json,
        };
        audit.SetAction(async (parsed, cancellation) =>
        {
            var from = parsed.GetValue(since) is { } text
                ? SinceOf(text, TimeProvider.System.GetUtcNow())
                    ?? throw new UsageException(
                        $"--since '{text}' is neither an instant such as 2026-11-27T10:00:00Z nor a span such as 24h")
                : (DateTimeOffset?)null;
            await using var scope = await CommandScope.OpenAsync();
            var account = parsed.GetValue(login) is { } name
                ? await scope.Get<AccountAdministration>().FindAsync(name)
                    ?? throw new CommandException($"There is no account {name}.")
                : null;
            var isJson = parsed.GetValue(CommandScope.Json);
            var output = parsed.InvocationConfiguration.Output;
            var separator = "";
            if (isJson)
                await output.WriteAsync("{\"events\":[");
            await foreach (var happened in ReadAsync(scope.Get<SecurityEvents>(), account?.Id, from, cancellation))
            {
                await output.WriteAsync(
                    isJson ? separator + JsonSerializer.Serialize(Shown(happened)) : Line(happened) + output.NewLine);
                separator = ",";
            }

            if (isJson)
                await output.WriteLineAsync("]}");
            return 0;
        });
        return audit;
    }

    /// <summary>An instant, as UTC where it names no zone, or that long ago; null where a text is neither.</summary>
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
            text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
    }

    private static async IAsyncEnumerable<ListedEvent> ReadAsync(
        SecurityEvents events, long? accountId, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<ListedEvent> page;
        long? before = null;
        do
        {
            page = await events.ListAsync(accountId, since, before, PageSize, cancellation);
            foreach (var happened in page)
                yield return happened;
            before = page is [.., var last] ? last.Id : before;
        }
        while (page.Count == PageSize);
    }

    /// <summary>What the operator's guide promises to scripts.</summary>
    private static object Shown(ListedEvent happened) => new
    {
        at = happened.At.ToString(Instant, CultureInfo.InvariantCulture),
        kind = happened.Kind,
        login = happened.Login,
        uid = happened.Uid,
        application = happened.Application,
        dialect = happened.Dialect,
        address = happened.Address,
        detail = happened.Detail,
        count = happened.Count,
    };

    private static string Line(ListedEvent happened)
    {
        var at = happened.At.ToString(Instant, CultureInfo.InvariantCulture);
        var count = happened.Count > 1 ? $"{happened.Count} times" : null;
        string?[] rest = [happened.Dialect, happened.Application, happened.Detail, count];
        var line = $"{at}  {happened.Kind,-22}  {happened.Login ?? "-",-16}  {happened.Address ?? "-",-15}"
            + $"  {string.Join(", ", rest.OfType<string>())}";

        // A terminal obeys control characters.
        return OneLine.Of(line).TrimEnd();
    }
}
