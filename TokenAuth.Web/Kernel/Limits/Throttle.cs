using System.Net;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Limits;

/// <summary>
/// Slows down the guessing of passwords: per login name and address, and, more patiently, per login name from anywhere.
/// The counts are in the store, so they hold across nodes and restarts; they count for names that no
/// account has, too, so that nothing can be learnt from them.
/// </summary>
internal sealed class Throttle(Store store, TimeProvider clock)
{
    /// <summary>After this many failures in the window, the next one starts a block.</summary>
    private static readonly Rule PerAddress = new(Failures: 3, Window: TimeSpan.FromSeconds(300), Block: TimeSpan.FromSeconds(300));

    /// <summary>Whatever is further in the future was written by a clock that was wrong, and does not count.</summary>
    private static readonly TimeSpan Furthest = TimeSpan.FromHours(2);

    private static readonly Rule PerLogin = new(Failures: 30, Window: TimeSpan.FromHours(1), Block: TimeSpan.FromSeconds(60));

    /// <summary>Until when sign-ins with this name from this address are refused; null when they are not.</summary>
    public async ValueTask<DateTimeOffset?> BlockedUntilAsync(string login, IPAddress address, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await store.ReadAsync(
            connection => connection.FirstAsync(
                """
                SELECT blocked_until FROM throttles
                WHERE subject_hash IN (@address, @login) AND blocked_until > @now AND blocked_until <= @furthest ORDER BY blocked_until DESC LIMIT 1
                """,
                row => row.InstantOrNull(0),
                ("@address", Subject(login, address)), ("@login", Subject(login, address: null)), ("@now", now), ("@furthest", now + Furthest)),
            cancellation);
    }

    public async Task FailedAsync(string login, IPAddress address, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await store.WriteAsync(
            async connection =>
            {
                await CountAsync(connection, Subject(login, address), PerAddress, now);
                return await CountAsync(connection, Subject(login, address: null), PerLogin, now);
            },
            cancellation);
    }

    /// <summary>A sign-in that succeeds forgives the failures from its own address, not those from elsewhere.</summary>
    public async Task SucceededAsync(string login, IPAddress address, CancellationToken cancellation)
    {
        var subject = Subject(login, address);
        var counted = await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT 1 FROM throttles WHERE subject_hash = @subject", _ => true, ("@subject", subject)),
            cancellation);
        if (counted)
        {
            await store.WriteAsync(
                connection => connection.ExecuteAsync("DELETE FROM throttles WHERE subject_hash = @subject", ("@subject", subject)),
                cancellation);
        }
    }

    private static async ValueTask<bool> CountAsync(StoreConnection connection, byte[] subject, Rule rule, DateTimeOffset now)
    {
        var failures = await connection.FirstAsync(
            """
            INSERT INTO throttles (subject_hash, failures, window_started_at, blocked_until, expires_at) VALUES (@subject, 1, @now, 0, @expires)
            ON CONFLICT (subject_hash) DO UPDATE SET
              failures = CASE WHEN throttles.window_started_at <= @lapsed OR throttles.window_started_at > @furthest THEN 1 ELSE throttles.failures + 1 END,
              window_started_at = CASE WHEN throttles.window_started_at <= @lapsed OR throttles.window_started_at > @furthest THEN @now ELSE throttles.window_started_at END,
              expires_at = @expires
            RETURNING failures
            """,
            row => row.GetInt32(0),
            ("@subject", subject), ("@now", now), ("@lapsed", now - rule.Window), ("@furthest", now + Furthest), ("@expires", now + rule.Window));
        if (failures <= rule.Failures)
            return false;
        return await connection.ExecuteAsync(
            "UPDATE throttles SET failures = 0, blocked_until = @until, expires_at = @until WHERE subject_hash = @subject",
            ("@until", now + rule.Block), ("@subject", subject)) == 1;
    }

    /// <summary>A hash, because what people type in the field for the name may be their password.</summary>
    private static byte[] Subject(string login, IPAddress? address) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"sign-in\n{login.ToUpperInvariant()}\n{address}"));

    private sealed record Rule(int Failures, TimeSpan Window, TimeSpan Block);
}
