using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;

namespace TokenAuth.Kernel.Sessions;

/// <content>Sessions that have a number within their account, as Dreamwidth's do.</content>
internal sealed partial class SessionStore
{
    private readonly SessionNumbers _numbers = new(store);

    /// <summary>
    /// Issues a session whose text contains its number: the next one of the account, which is never reused. Returns the
    /// text once the session is durable; null, and issues none, if the session's proof has become invalid.
    /// </summary>
    /// <param name="session">The session. Its text is ignored.</param>
    /// <param name="textOf">Creates the text for a number.</param>
    public async Task<string?> IssueNumberedAsync(
        NewSession session, Func<long, string> textOf, CancellationToken cancellation)
    {
        var number = await _numbers.NextAsync(session.AccountId!.Value, cancellation);
        var text = textOf(number);
        var row = Row(session with { Text = text }) with { Number = number };
        return await InsertAsync(row, session, cancellation) ? text : null;
    }

    /// <summary>
    /// Ends sessions of an account in one dialect: those with these numbers, or all if <paramref name="numbers"/> is
    /// null.
    /// </summary>
    /// <param name="from">The address of the caller.</param>
    public async Task EndNumberedAsync(
        long accountId, string dialect, IReadOnlyCollection<long>? numbers, IPAddress from,
        CancellationToken cancellation)
    {
        var ended = await store.WriteAsync(
            async connection =>
            {
                // A concurrent renewal that has already inserted its session loses it here. A later one finds that its
                // parent has ended.
                await AccountLock.TakeAsync(connection, accountId);
                if (numbers is null)
                {
                    return await connection.ListAsync(
                        "DELETE FROM sessions WHERE account_id = @account AND dialect = @dialect RETURNING dialect",
                        row => row.GetString(0), ("@account", accountId), ("@dialect", dialect));
                }

                var ended = new List<string>();
                foreach (var number in numbers)
                {
                    ended.AddRange(await connection.ListAsync(
                        """
                        DELETE FROM sessions
                        WHERE account_id = @account AND dialect = @dialect AND number = @number RETURNING dialect
                        """,
                        row => row.GetString(0), ("@account", accountId), ("@dialect", dialect), ("@number", number)));
                }

                return ended;
            },
            cancellation);
        invalidator.Invalidate(accountId);
        telemetry.SessionsEnded(ended);
        if (ended.Count > 0)
        {
            events.Add(new SecurityEvent(
                EventKind.SessionEnded, accountId, null, dialect, from, SecurityEvent.SessionsEnded(ended.Count)));
        }
    }
}
