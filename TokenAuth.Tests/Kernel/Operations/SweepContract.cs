using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Operations;

public abstract class SweepContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task The_sweep_removes_expired_rows_and_no_others()
    {
        var (hour, day) = (TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        foreach (var life in new[] { hour, day })
        {
            await Node.Handshakes.OpenAsync(
                new NewHandshake(
                    Dialect, RandomToken.Hex(38), Fixture.Gallery.Id, life, null, SessionSlides: false, Home),
                default);
            await Node.Replays.TryUseAsync("nonce", RandomToken.Hex(32), Clock.GetUtcNow() + life, default);
            await IssueAsync(life);
        }

        var endless = await IssueAsync(lifetime: null);
        Assert.Equal(0, await SweepAsync());
        Clock.Advance(hour);

        Assert.Equal(2, await SweepAsync());
        Assert.Equal(
            (1, 1, 3),
            (await Node.CountAsync("handshakes"), await Node.CountAsync("replays"), await Node.CountAsync("sessions")));

        // Sessions are kept for another day.
        Clock.Advance(day);
        Assert.Equal(3, await SweepAsync());
        Assert.Equal(
            (0, 0, 2),
            (await Node.CountAsync("handshakes"), await Node.CountAsync("replays"), await Node.CountAsync("sessions")));
        Assert.NotNull(await CheckAsync(endless));
        Assert.Equal(0, await SweepAsync());
    }

    [Theory]
    [InlineData("handshakes")]
    [InlineData("sessions")]
    [InlineData("replays")]
    [InlineData("throttles")]
    public async Task The_sweep_removes_any_number_of_expired_rows(string table)
    {
        const int expired = 1201;
        await Task.WhenAll(Enumerable.Range(0, expired).Select(i => (table switch
        {
            "handshakes" => OpenAsync(),
            "sessions" => IssueAsync(TimeSpan.FromMinutes(15)),
            "replays" => Node.Replays.TryUseAsync("nonce", $"{i}", Clock.GetUtcNow().AddMinutes(15), default).AsTask(),
            _ => FailSignInAsync(1, "Alice", new System.Net.IPAddress(i)),
        })));
        var rows = await Node.CountAsync(table);
        Assert.InRange(rows, expired, (2 * expired) + 1);
        Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(rows, await SweepAsync());

        Assert.Equal(0, await Node.CountAsync(table));
    }

    /// <summary>
    /// Each batch of a sweep writes to the engine's own tables, by the store's clock. A sweep by another clock would
    /// find these rows expired forever.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task The_sweep_ends_if_the_clock_is_days_ahead_of_the_stores()
    {
        Clock.Set(TimeProvider.System.GetUtcNow() - Clock.GetUtcNow() + TimeSpan.FromDays(9));

        var sweep = Other.Get<ExpirySweep>();
        await sweep.SweepAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await sweep.SweepAsync(TestContext.Current.CancellationToken));
    }

    private Task<int> SweepAsync() => Other.Get<ExpirySweep>().SweepAsync(default);
}
