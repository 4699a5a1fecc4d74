using System.Net;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Tests.Kernel.Limits;

/// <summary>What an attempt to sign in counts for, and the events that it leaves.</summary>
public sealed class SignInCallerTests
{
    private static readonly IPAddress Address = IPAddress.Parse("2001:db8:1:2:3:4:5:6");

    [Theory]
    [InlineData("browser", nameof(SignInKind.Page))]
    [InlineData("mediapost", nameof(SignInKind.Program))]
    public void A_browser_shows_a_page_and_a_dialect_speaks_to_a_program(string dialect, string kind) =>
        Assert.Equal(kind, $"{new SignInCaller(Address, dialect).Kind}");

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, 5L)]
    public void The_event_of_a_blocked_network_names_no_account_and_only_the_site(bool isBlocked, long? account)
    {
        var refusal = isBlocked ? FaultKind.AddressThrottled : FaultKind.SignInThrottled;
        var caller = new SignInCaller(Address, "browser");
        var standing = new SignInStanding
        {
            Subjects = caller.Subjects("alice", 5, stamp: null),
            Refusal = new Fault(refusal),
        };

        var recorded = caller.Throttled(5, standing);

        Assert.Equal((account, "browser", "2001:db8:1::"), (recorded.AccountId, recorded.Dialect, $"{recorded.From}"));
    }

    [Fact]
    public void Another_kind_name_network_or_password_counts_apart()
    {
        var page = new SignInCaller(Address, "browser");
        var subjects = page.Subjects("alice", 5, "stamp");
        var code = (page with { Kind = SignInKind.Code }).Subjects("alice", 5, "stamp");
        var elsewhere = (page with { Address = IPAddress.Parse("198.51.100.7") }).Subjects("ALICE", 5, "stamp");

        Assert.Equal((false, true), (subjects.IsCode, code.IsCode));
        Assert.NotEqual(subjects.Pair, code.Pair);
        Assert.NotEqual(subjects.Pair, elsewhere.Pair);
        Assert.NotEqual(subjects.Network, elsewhere.Network);
        Assert.Equal(subjects.Login, elsewhere.Login);
        Assert.NotEqual(subjects.Login, page.Subjects("bob", 5, "stamp").Login);
        Assert.NotEqual(subjects.Known, page.Subjects("alice", 5, "another stamp").Known);
        Assert.NotNull(subjects.Site);
        Assert.Null(elsewhere.Site);
    }

    [Theory]
    [InlineData(5, 5L, "stamp", "stamp", true)]
    [InlineData(5, 5L, null, "stamp", true)]
    [InlineData(5, 5L, "old stamp", "stamp", false)]
    [InlineData(5, 6L, "stamp", "stamp", false)]
    [InlineData(5, null, null, "stamp", false)]
    public void A_device_counts_for_its_account_and_password(
        long owner, long? account, string? tag, string stamp, bool expected)
    {
        var device = new KnownDevice(owner, "id", tag is null ? null : KnownDevice.TagOf(tag));

        var subjects = new SignInCaller(Address, "browser", device).Subjects("alice", account, stamp);

        Assert.Equal(expected, subjects.Device is not null);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(7200, 7200)]
    [InlineData(7201, 0)]
    public void A_block_of_more_than_two_hours_was_written_by_a_wrong_clock(int seconds, int expected)
    {
        var now = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

        var count = new Count([1], 4, now, now.AddSeconds(seconds), now, now);

        Assert.Equal(TimeSpan.FromSeconds(expected), count.BlockedFor);
    }
}
