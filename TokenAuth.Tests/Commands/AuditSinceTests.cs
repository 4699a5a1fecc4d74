using System.Globalization;
using TokenAuth.Commands;

namespace TokenAuth.Tests.Commands;

public sealed class AuditSinceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90s", "2026-11-29T11:58:30Z")]
    [InlineData("30m", "2026-11-29T11:30:00Z")]
    [InlineData("24h", "2026-11-28T12:00:00Z")]
    [InlineData("7d", "2026-11-22T12:00:00Z")]
    [InlineData("0d", "2026-11-29T12:00:00Z")]
    [InlineData("2026-11-27", "2026-11-27T00:00:00Z")]
    [InlineData("2026-11-27T10:30", "2026-11-27T10:30:00Z")]
    [InlineData("2026-11-27T10:30:15Z", "2026-11-27T10:30:15Z")]
    [InlineData("2026-11-27T10:30:15.250+02:00", "2026-11-27T08:30:15.25Z")]
    public void A_timestamp_or_a_duration_is_accepted(string text, string instant) =>
        Assert.Equal(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), AuditCommand.SinceOf(text, Now));

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("7")]
    [InlineData("-7d")]
    [InlineData("1.5h")]
    [InlineData("7w")]
    [InlineData("999999d")]
    [InlineData("yesterday")]
    [InlineData("27.11.2026")]
    [InlineData("2026-13-01")]
    [InlineData("1:00:00")]
    public void Other_texts_are_rejected(string text) => Assert.Null(AuditCommand.SinceOf(text, Now));
}
