using TokenAuth.Kernel.Languages;

namespace TokenAuth.Tests.Languages;

/// <summary>Time zones are found, and proposed, by what a person types.</summary>
public sealed class TimeZoneTests
{
    [Theory]
    [InlineData("berlim", "Europe/Berlin")]
    [InlineData("New York", "America/New_York")]
    public void A_similar_zone_is_proposed(string typed, string zone) =>
        Assert.Contains(zone, TimeZones.Similar(typed), StringComparer.Ordinal);

    /// <summary>The work grows with the length, so it is bounded.</summary>
    [Fact]
    public void A_text_that_is_too_long_for_a_name_has_no_similar_zone()
    {
        Assert.NotEmpty(TimeZones.Similar("Berlin".PadRight(TimeZones.MaxNameLength, 'x')));
        Assert.Empty(TimeZones.Similar("Berlin".PadRight(TimeZones.MaxNameLength + 1, 'x')));
    }
}
