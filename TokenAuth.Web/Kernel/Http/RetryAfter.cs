using System.Globalization;
using TokenAuth.Kernel.Languages;

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
    public static Text Sentence(TimeSpan wait) => Seconds(wait) switch
    {
        1 => new Text("Try again in 1 second."),
        < 120 and var seconds => new Text("Try again in {0} seconds.", seconds),
        < 120 * 60 and var seconds => new Text("Try again in {0} minutes.", (seconds + 59) / 60),
        var seconds => new Text("Try again in {0} hours.", (seconds + 3599) / 3600),
    };

    /// <summary>Rounds up, so that a caller who waits this long is not too early.</summary>
    private static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
}
