using System.Globalization;

namespace TokenAuth.Kernel.Http;

/// <summary>Tells callers when to retry: programs in the header <c>Retry-After</c>, people in a sentence.</summary>
internal static class RetryAfter
{
    /// <summary>Sets the header <c>Retry-After</c>.</summary>
    /// <param name="wait">Null if a retry is useless.</param>
    public static void SetRetryAfter(this HttpResponse response, TimeSpan? wait)
    {
        if (wait is { } span)
            response.Headers.RetryAfter = Seconds(span).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Returns the sentence for pages.</summary>
    public static string Sentence(TimeSpan wait) => Seconds(wait) switch
    {
        < 120 and var seconds => $"Try again in {Some(seconds, "second")}.",
        < 120 * 60 and var seconds => $"Try again in {Some((seconds + 59) / 60, "minute")}.",
        var seconds => $"Try again in {Some((seconds + 3599) / 3600, "hour")}.",
    };

    /// <summary>Rounds up, so that a caller who waits this long is not too early.</summary>
    private static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

    private static string Some(long count, string unit) => count == 1 ? $"1 {unit}" : $"{count} {unit}s";
}
