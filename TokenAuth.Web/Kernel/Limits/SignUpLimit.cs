using System.Net;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Limits the accounts that people create for themselves, per network and per e-mail address. The counts are in the
/// store (see docs/sign-in-limits.md).
/// </summary>
internal sealed class SignUpLimit(Store store, TokenAuthOptions options, TimeProvider clock)
{
    private const int PerEmailAndDay = 3;

    /// <summary>
    /// The limit of taken names per site: enough for a person who looks for a free name, too few to test a list of
    /// names.
    /// </summary>
    private static readonly Rule PerTakenName = new(Free: 30, TimeSpan.FromHours(1), TimeSpan.Zero);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// Counts one account. If a limit is exceeded, counts nothing and returns the time to wait; otherwise null.
    /// </summary>
    /// <param name="from">Null for the operator's own commands, which are not limited.</param>
    public async Task<TimeSpan?> TakeAsync(IPAddress? from, string email, CancellationToken cancellation)
    {
        if (from is null)
            return null;
        var now = clock.GetUtcNow();
        return await store.WriteAsync(
            async connection =>
            {
                TimeSpan? wait = null;
                foreach (var (subject, rule) in Limits(from, email))
                {
                    var count = await connection.CountAsync(subject, rule, now);
                    var left = count.WindowStartedAt + rule.Window - now;
                    if (count.Times > rule.Free && !(wait > left))
                        wait = left;
                }

                if (wait is not null)
                    await UncountAsync(connection, from, email);
                return wait;
            },
            cancellation);
    }

    /// <summary>
    /// Counts a sign-up whose login name is taken. Returns the time to wait if the limit is exceeded; otherwise null.
    /// </summary>
    public async Task<TimeSpan?> TakenNameAsync(IPAddress? from, CancellationToken cancellation)
    {
        if (from is null)
            return null;
        var now = clock.GetUtcNow();
        var count = await store.WriteAsync(
            connection => connection.CountAsync(Hash($"taken\n{ClientNetwork.SiteOf(from)}"), PerTakenName, now),
            cancellation);
        return count.Times > PerTakenName.Free ? count.WindowStartedAt + PerTakenName.Window - now : null;
    }

    /// <summary>Refunds an account that was not created.</summary>
    public async Task RefundAsync(IPAddress? from, string email, CancellationToken cancellation)
    {
        if (from is not null)
            await store.WriteAsync(connection => UncountAsync(connection, from, email), cancellation);
    }

    private async ValueTask<int> UncountAsync(StoreConnection connection, IPAddress from, string email)
    {
        foreach (var (subject, _) in Limits(from, email))
        {
            await connection.UncountAsync(subject);
            await connection.ExecuteAsync(
                "DELETE FROM throttles WHERE subject_hash = @subject AND failures = 0", ("@subject", subject));
        }

        return 0;
    }

    private IEnumerable<(byte[] Subject, Rule Rule)> Limits(IPAddress from, string email)
    {
        var network = ClientNetwork.Of(from);
        if (options.SignUpsPerNetworkAndHour is > 0 and var perHour)
        {
            yield return (Hash($"hour\n{network}"), new Rule(perHour, Hour, TimeSpan.Zero));
            yield return (Hash($"day\n{network}"), new Rule(4 * perHour, Day, TimeSpan.Zero));
        }

        yield return (Hash($"email\n{Mailbox(email)}"), new Rule(PerEmailAndDay, Day, TimeSpan.Zero));
    }

    /// <summary>
    /// Normalizes an e-mail address. Case and the part after a plus are ignored, because most servers deliver both to
    /// the same person.
    /// </summary>
    public static string Mailbox(string email)
    {
        var at = email.LastIndexOf('@');
        var plus = email.IndexOf('+', StringComparison.Ordinal);
        return (plus > 0 && plus < at ? email[..plus] + email[at..] : email).Normalize().ToUpperInvariant();
    }

    private static byte[] Hash(string subject) => SHA256.HashData(Encoding.UTF8.GetBytes($"sign-up\n{subject}"));
}
