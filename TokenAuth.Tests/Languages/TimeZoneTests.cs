using TokenAuth.Kernel.Languages;

namespace TokenAuth.Tests.Languages;

public sealed class TimeZoneTests
{
    [Theory]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    [InlineData(" europe/berlin ", "Europe/Berlin")]
    [InlineData("berlin", "Europe/Berlin")]
    [InlineData("New York", "America/New_York")]
    [InlineData("buenos aires", "America/Argentina/Buenos_Aires")] // two names of one zone
    [InlineData("utc", "UTC")]
    [InlineData("Etc/GMT+5", null)]
    [InlineData("Louisville/", null)]
    [InlineData("", null)]
    [InlineData("Nowhere", null)]
    public void A_typed_zone_is_found_by_its_name_or_its_city(string typed, string? zone) =>
        Assert.Equal(zone, TimeZones.Named(typed));

    [Theory]
    [InlineData("Europe/Berlim", "Europe/Berlin")]
    [InlineData("Tokio", "Asia/Tokyo")]
    public void A_mistyped_zone_has_similar_ones(string typed, string zone) =>
        Assert.Contains(zone, TimeZones.Similar(typed), StringComparer.Ordinal);

    [Fact]
    public void A_text_without_letters_has_none()
    {
        Assert.Empty(TimeZones.Similar("//"));
        Assert.Empty(TimeZones.Similar(new string('x', 64)));
    }
}
