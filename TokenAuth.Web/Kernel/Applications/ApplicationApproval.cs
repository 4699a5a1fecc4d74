using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;

namespace TokenAuth.Kernel.Applications;

/// <summary>An application with something that an administrator has to decide.</summary>
/// <param name="Logo">The hash of its logo; null if it has none.</param>
/// <param name="LogoWaits">Tells whether the logo has not been approved.</param>
internal sealed record PendingApplication(Application Application, string? Logo, bool LogoWaits)
{
    /// <summary>
    /// Identifies what an administrator has looked at. So an owner who changes the application at that moment does not
    /// get the change approved unseen.
    /// </summary>
    public string Stamp => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        Application.Name, Application.Kind, Application.Callback, Application.HomePage,
        string.Join(' ', Application.Redirects), string.Join(' ', Application.Namespaces),
        string.Join(' ', Application.Networks), $"{Application.AskedCalls}/{Application.AskedWindow?.TotalSeconds}",
        Application.OwnerId, Logo))).AsSpan(0, 16));

    /// <summary>The parts that wait, in words: <c>registration</c>, <c>logo</c>, <c>quota</c>.</summary>
    public IReadOnlyList<string> Parts => [.. new[]
    {
        Application.IsWaiting ? "registration" : null,
        LogoWaits ? "logo" : null,
        Application.AskedQuota() is null ? null : "quota",
    }.OfType<string>()];
}

/// <summary>
/// Approves or refuses what owners ask for: the registration, the logo, a quota. Both are for everything that waits.
/// </summary>
internal sealed class ApplicationApproval(Store store, CacheInvalidator invalidator, SecurityLog events)
{
    /// <summary>The maximum number of characters of a reason.</summary>
    public const int MaxReasonLength = 200;

    private static readonly string Select =
        ApplicationRow.Select.Replace(
            "FROM applications", ", l.hash, COALESCE(l.is_approved, TRUE)\nFROM applications", StringComparison.Ordinal)
        + " LEFT JOIN application_logos l ON l.application_id = id";

    /// <summary>Returns a reason as it is stored: one line, or null for none.</summary>
    public static string? Reason(string? text) =>
        text?.Trim() is { Length: > 0 and <= MaxReasonLength } reason && OneLine.Is(reason) ? reason : null;

    /// <summary>Lists the applications that wait for a decision, the oldest first.</summary>
    public async Task<IReadOnlyList<PendingApplication>> ListAsync(CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.ListAsync(
                Select + """
                 WHERE (NOT enabled AND disabled_for = @waiting) OR asked_calls IS NOT NULL
                  OR NOT COALESCE(l.is_approved, TRUE)
                ORDER BY id LIMIT 100
                """,
                Read,
                ("@waiting", (long)DisabledReason.Waiting)),
            cancellation);

    /// <summary>Returns what of one application waits; null if there is no application with this key.</summary>
    public async ValueTask<PendingApplication?> FindAsync(string apiKey, CancellationToken cancellation) =>
        await store.ReadAsync(connection => FindAsync(connection, apiKey), cancellation);

    /// <summary>Approves everything that waits. Null if nothing does, or the application has changed.</summary>
    /// <param name="stamp">The stamp of what was looked at; null to approve it as it is.</param>
    /// <returns>The parts that were approved.</returns>
    public Task<IReadOnlyList<string>?> ApproveAsync(
        string apiKey, string? stamp, ChangedBy by, CancellationToken cancellation) =>
        DecideAsync(
            apiKey, stamp, by, EventKind.ApplicationApproved, reason: null,
            """
            UPDATE applications SET
              enabled = enabled OR disabled_for = @waiting,
              disabled_for = CASE WHEN disabled_for = @waiting THEN @operator ELSE disabled_for END,
              quota_calls = COALESCE(asked_calls, quota_calls), quota_window = COALESCE(asked_window, quota_window),
              asked_calls = NULL, asked_window = NULL, refusal = @reason
            WHERE id = @id
            """,
            "UPDATE application_logos SET is_approved = TRUE WHERE application_id = @id",
            ("@operator", (long)DisabledReason.Operator),
            cancellation);

    /// <summary>
    /// Refuses everything that waits: the application stays off, its logo is deleted, and its quota stays as it is.
    /// Null if nothing waits, or the application has changed.
    /// </summary>
    public Task<IReadOnlyList<string>?> RefuseAsync(
        string apiKey, string? stamp, string? reason, ChangedBy by, CancellationToken cancellation) =>
        DecideAsync(
            apiKey, stamp, by, EventKind.ApplicationRefused, reason,
            """
            UPDATE applications SET
              disabled_for = CASE WHEN NOT enabled AND disabled_for = @waiting THEN @refused ELSE disabled_for END,
              asked_calls = NULL, asked_window = NULL, refusal = @reason
            WHERE id = @id
            """,
            "DELETE FROM application_logos WHERE application_id = @id AND NOT is_approved",
            ("@refused", (long)DisabledReason.Refused),
            cancellation);

    private async Task<IReadOnlyList<string>?> DecideAsync(
        string apiKey, string? stamp, ChangedBy by, EventKind kind, string? reason, string sql, string logoSql,
        SqlParameter state, CancellationToken cancellation)
    {
        var parts = await events.WriteAsync(
            async (connection, happened) =>
            {
                // Locks the row, so that what is read after this stays true until the transaction ends.
                await connection.ExecuteAsync(
                    "UPDATE applications SET refusal = refusal WHERE api_key = @key", ("@key", apiKey));
                if (await FindAsync(connection, apiKey) is not { Parts.Count: > 0 } pending
                    || (stamp is not null && stamp != pending.Stamp))
                    return null;
                SqlParameter id = ("@id", pending.Application.Id);
                await connection.ExecuteAsync(
                    sql, ("@waiting", (long)DisabledReason.Waiting), state, ("@reason", reason), id);
                await connection.ExecuteAsync(logoSql, id);
                happened.Add(new SecurityEvent(
                    kind, pending.Application.OwnerId, pending.Application.Id, From: by.From,
                    Detail: string.Join(", ", pending.Parts))
                {
                    ActorId = by.Administrator,
                });
                return pending.Parts;
            },
            cancellation);
        invalidator.InvalidateAll();
        return parts;
    }

    private static ValueTask<PendingApplication?> FindAsync(StoreConnection connection, string apiKey) =>
        connection.FirstAsync(Select + " WHERE api_key = @key", Read, ("@key", apiKey))!;

    private static PendingApplication Read(RowReader row) =>
        new(ApplicationRow.Read(row), row.TextOrNull(30), !row.GetBoolean(31));
}
