using System.Net;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Limits the messages that people cause, so that no mailbox is flooded. The counts are in the store, and change in the
/// transaction that queues the message (see docs/sign-in-limits.md).
/// </summary>
internal static class MailLimit
{
    /// <summary>
    /// Messages with a link, per mailbox; reset links and confirmations count apart. A reset link lives for an hour, so
    /// the latest one works until the next message is allowed.
    /// </summary>
    private static readonly Rule PerMailboxAndHour = new(Free: 3, TimeSpan.FromHours(1), TimeSpan.Zero);

    /// <summary>
    /// Confirmations, per mailbox. Reset links have no limit per day: it would let anyone keep a person from the only
    /// way back.
    /// </summary>
    private static readonly Rule PerMailboxAndDay = new(Free: 10, TimeSpan.FromDays(1), TimeSpan.Zero);

    /// <summary>Requests for a link by people who are not signed in, per network.</summary>
    private static readonly Rule PerNetwork = new(Free: 10, TimeSpan.FromHours(1), TimeSpan.Zero);

    /// <summary>Messages with a link that a signed-in person asks for, whatever the mailbox.</summary>
    private static readonly Rule PerAccount = new(Free: 10, TimeSpan.FromDays(1), TimeSpan.Zero);

    /// <summary>Notices of security changes, per account.</summary>
    private static readonly Rule PerNotifiedAccount = new(Free: 30, TimeSpan.FromHours(1), TimeSpan.Zero);

    /// <summary>Notices to an address that nobody has confirmed, per mailbox: it may be a stranger's.</summary>
    private static readonly Rule PerUnconfirmedMailbox = new(Free: 5, TimeSpan.FromDays(1), TimeSpan.Zero);

    /// <summary>
    /// Counts a message with a link that confirms an address. Returns the time to wait if it is one too many; otherwise
    /// null.
    /// </summary>
    public static async ValueTask<TimeSpan?> ForConfirmationAsync(
        StoreConnection connection, string email, DateTimeOffset now)
    {
        var mailbox = SignUpLimit.Mailbox(email);
        return await WaitAsync(connection, $"hour\n{mailbox}", PerMailboxAndHour, now)
            ?? await WaitAsync(connection, $"day\n{mailbox}", PerMailboxAndDay, now);
    }

    /// <summary>Counts a message with a reset link.</summary>
    public static ValueTask<TimeSpan?> ForResetAsync(StoreConnection connection, string email, DateTimeOffset now) =>
        WaitAsync(connection, $"reset\n{SignUpLimit.Mailbox(email)}", PerMailboxAndHour, now);

    /// <summary>Counts a request of a person who is not signed in.</summary>
    public static ValueTask<TimeSpan?> ForNetworkAsync(
        StoreConnection connection, IPAddress from, DateTimeOffset now) =>
        WaitAsync(connection, $"network\n{ClientNetwork.Of(from)}", PerNetwork, now);

    /// <summary>Counts a request of a person who is signed in.</summary>
    public static ValueTask<TimeSpan?> ForAccountAsync(
        StoreConnection connection, long accountId, DateTimeOffset now) =>
        WaitAsync(connection, $"account\n{accountId}", PerAccount, now);

    /// <summary>Counts a notice.</summary>
    /// <param name="email">The address that it goes to.</param>
    /// <param name="isConfirmed">Tells whether somebody has confirmed the address.</param>
    public static async ValueTask<TimeSpan?> ForNoticeAsync(
        StoreConnection connection, long accountId, string email, bool isConfirmed, DateTimeOffset now) =>
        await WaitAsync(connection, $"notice\n{accountId}", PerNotifiedAccount, now)
        ?? (isConfirmed
            ? null
            : await WaitAsync(
                connection, $"unconfirmed\n{SignUpLimit.Mailbox(email)}", PerUnconfirmedMailbox, now));

    private static async ValueTask<TimeSpan?> WaitAsync(
        StoreConnection connection, string subject, Rule rule, DateTimeOffset now)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"mail\n{subject}"));
        var count = await connection.CountAsync(hash, rule, now);
        return count.Times > rule.Free ? count.WindowStartedAt + rule.Window - now : null;
    }
}
