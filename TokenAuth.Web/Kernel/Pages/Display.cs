using System.Globalization;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Pages;

/// <summary>Writes values as the pages of administrators and developers show them, which are in English.</summary>
internal static class Display
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    public static string Of(DateTimeOffset instant) =>
        instant.ToString("d MMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Tells where attempts to sign in failed.</summary>
    public static string Of(SignInKind kind) => kind switch
    {
        SignInKind.Page => "on the sign-in page",
        SignInKind.Code => "with a code of the second factor",
        _ => "with programs",
    };

    public static string Second(DateTimeOffset instant) =>
        instant.ToString("d MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset instant) => instant.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Of(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Writes a number of rows that were counted up to a maximum.</summary>
    public static string UpTo(long number, long max) => number < max ? Of(number) : $"{Of(max)} or more";

    public static string Bytes(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }

    /// <summary>Writes a span with its two largest units, such as <c>2 days 3 hours</c>.</summary>
    public static string Span(TimeSpan span)
    {
        (int Number, string Unit)[] parts =
            [(span.Days, "day"), (span.Hours, "hour"), (span.Minutes, "minute"), (span.Seconds, "second")];
        var shown = parts.SkipWhile(part => part.Number == 0).Take(2).Where(part => part.Number > 0)
            .Select(part => $"{part.Number} {part.Unit}{(part.Number == 1 ? "" : "s")}");
        return string.Join(' ', shown) is { Length: > 0 } text ? text : "less than a second";
    }

    public static string Dialect(string dialect) => dialect == DialectNames.Browser ? "pages" : dialect;

    public static string State(AccountSummary account) =>
        account.State.ToString().ToLowerInvariant() + (account.IsAdmin ? ", administrator" : "");

    /// <summary>Writes whether an application works, and if not, why.</summary>
    public static string State(Application application) => application switch
    {
        { Enabled: true } => "enabled",
        { DisabledFor: DisabledReason.Waiting } => "waiting for approval",
        { DisabledFor: DisabledReason.Refused } => "not approved",
        { DisabledFor: DisabledReason.Owner } => "disabled by its owner",
        _ => "disabled",
    };

    public static string Quota(QuotaRule? quota) => quota is { } rule
        ? $"{Of(rule.Calls)} calls in {Span(rule.Window)}"
        : "no limit";

    public static string Kind(Application application) =>
        application.Kind.ToString().ToLowerInvariant() + (application.IsPublic ? ", public" : "")
        + (application.Nonproduction ? ", in development" : "");

    /// <summary>Writes a list.</summary>
    /// <param name="none">What to write if it is empty.</param>
    public static string List(IReadOnlyCollection<string> words, string none = "none") =>
        words.Count == 0 ? none : string.Join(", ", words);

    /// <summary>Writes a kind of event in words, such as <c>Sign in failed</c>.</summary>
    public static string Kind(string kind) =>
        kind.Length == 0 ? kind : char.ToUpperInvariant(kind[0]) + kind[1..].Replace('_', ' ');

    /// <summary>Writes who acted, if that was not the account's owner.</summary>
    public static string? Actor(ListedEvent entry) =>
        entry.Actor ?? (entry.ActorUid is { } uid ? $"account {uid}" : null);
}
