namespace TokenAuth.Tests.Infrastructure;

/// <summary>The checker itself, with a register that is read and written.</summary>
public sealed class LinearizabilityTests
{
    private static Operation<int> Write(int value, long started, long ended) => new(started, ended, _ => value);

    private static Operation<int> Read(int value, long started, long ended) =>
        new(started, ended, state => state == value ? state : null);

    [Fact]
    public void A_read_during_a_write_may_see_either_value()
    {
        Assert.True(Linearizability.Holds(0, [Write(1, 1, 4), Read(0, 2, 3)]));
        Assert.True(Linearizability.Holds(0, [Write(1, 1, 4), Read(1, 2, 3)]));
    }

    [Fact]
    public void A_read_after_a_write_must_see_it() =>
        Assert.False(Linearizability.Holds(0, [Write(1, 1, 2), Read(0, 3, 4)]));

    [Fact]
    public void Two_reads_must_agree_on_the_order_of_two_writes() => Assert.False(
        Linearizability.Holds(0, [Write(1, 1, 8), Write(2, 2, 9), Read(1, 3, 4), Read(2, 5, 6), Read(1, 7, 10)]));
}
