using TokenAuth.Kernel.Http;

namespace TokenAuth.Tests.Kernel.Http;

/// <summary>The waiting time that pages display.</summary>
public sealed class RetryAfterTests
{
    [Theory]
    [InlineData(1, "1 second")]
    [InlineData(1_001, "2 seconds")]
    [InlineData(119_000, "119 seconds")]
    [InlineData(120_000, "2 minutes")]
    [InlineData(120_001, "3 minutes")]
    [InlineData(3_600_000, "60 minutes")]
    [InlineData(7_200_000, "2 hours")]
    [InlineData(75_600_000, "21 hours")]
    public void A_wait_is_rounded_up(long milliseconds, string words) =>
        Assert.Equal($"Try again in {words}.", RetryAfter.Sentence(TimeSpan.FromMilliseconds(milliseconds)).ToString());
}
