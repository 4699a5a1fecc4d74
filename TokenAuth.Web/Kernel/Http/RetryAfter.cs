using System.Globalization;

namespace TokenAuth.Kernel.Http;

/// <summary>Says when a refused call may be tried again: in the header <c>Retry-After</c>, and in words for pages.</summary>
internal static class RetryAfter
{
    /// <param name="wait">Null where trying again is of no use.</param>
    public static void SetRetryAfter(this HttpResponse response, TimeSpan? wait)
    {
        if (wait is { } span)
            response.Headers.RetryAfter = Seconds(span).ToString(CultureInfo.InvariantCulture);
    }

    public static string Sentence(TimeSpan wait) => Seconds(wait) switch
    {
        < 120 and var seconds => $"Try again in {Some(seconds, "second")}.",
        < 120 * 60 and var seconds => $"Try again in {Some((seconds + 59) / 60, "minute")}.",
        var seconds => $"Try again in {Some((seconds + 3599) / 3600, "hour")}.",
    };

    /// <summary>Rounded up, so that whoever waits so long is not too early.</summary>
    private static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

    private static string Some(long count, string unit) => count == 1 ? $"1 {unit}" : $"{count} {unit}s";
}
