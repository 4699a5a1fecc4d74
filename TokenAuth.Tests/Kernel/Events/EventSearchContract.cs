using System.Net;
using TokenAuth.Kernel.Events;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Events;

public abstract class EventSearchContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    [Fact]
    public async Task Events_are_found_by_kind_account_application_dialect_address_and_period()
    {
        var log = Node.Get<SecurityLog>();
        var started = Clock.GetUtcNow();
        for (var i = 0; i < 4; i++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            log.Add(new SecurityEvent(
                i % 2 == 0 ? EventKind.SignIn : EventKind.SignInFailed,
                i < 2 ? Fixture.Alice.Id : Fixture.Bob.Id, i == 3 ? Fixture.Gallery.Id : null,
                i == 0 ? "ipernity" : "browser", IPAddress.Parse($"192.0.2.{i}"), $"{i}"));
        }

        await log.FlushAsync(default);

        Assert.Equal("3210", await FindAsync(new EventFilter(Since: started.AddMinutes(1))));
        Assert.Equal("20", await FindAsync(new EventFilter("sign_in")));
        Assert.Equal("10", await FindAsync(new EventFilter(AccountId: Fixture.Alice.Id, Since: started.AddMinutes(1))));
        Assert.Equal("3", await FindAsync(new EventFilter("sign_in_failed", ApplicationId: Fixture.Gallery.Id)));
        Assert.Equal("0", await FindAsync(new EventFilter(Dialect: "ipernity")));
        Assert.Equal("2", await FindAsync(new EventFilter(Address: "192.0.2.2")));
        Assert.Equal("21", await FindAsync(new EventFilter(Since: started.AddHours(2), Until: started.AddHours(4))));
        Assert.Equal("", await FindAsync(new EventFilter(Since: started.AddDays(1))));
        Assert.Equal("", await FindAsync(new EventFilter("sign_in", Until: started.AddDays(-1))));
        Assert.Equal("", await FindAsync(new EventFilter("no_such_kind")));
    }

    [Fact]
    public async Task Pages_of_a_search_follow_one_another_through_a_log_that_is_longer_than_a_range()
    {
        // Numbers with gaps, as a log of a hundred thousand events has them for a rare kind.
        for (var i = 0; i < 5; i++)
        {
            await Node.Store.WriteAsync(connection => connection.ExecuteAsync(
                """
                INSERT INTO security_events (id, occurred_at, kind, detail, count)
                VALUES (@id, @at, 'secret_rotated', @detail, 1)
                """,
                ("@id", 1000 + (i * 40_000L)), ("@at", Clock.GetUtcNow()), ("@detail", $"{i}")));
        }

        var (found, before, pages) = ("", (long?)null, 0);
        do
        {
            var page = await Node.Get<EventSearch>().FindAsync(new EventFilter("secret_rotated"), before, 2, default);
            found += string.Concat(page.Events.Select(one => one.Detail));
            before = page.Before;
            Assert.False(page.IsCut);
            pages++;
        }
        while (before is not null);

        Assert.Equal(("43210", 3), (found, pages));
    }

    private async Task<string> FindAsync(EventFilter filter) => string.Concat(
        (await Node.Get<EventSearch>().FindAsync(filter, before: null, 100, default)).Events.Select(one => one.Detail));
}
