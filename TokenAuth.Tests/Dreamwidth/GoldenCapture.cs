using System.Text;
using System.Text.RegularExpressions;

namespace TokenAuth.Tests.Dreamwidth;

/// <summary>
/// One outcome at both endpoints, as one text that holds each whole answer. Random values are replaced by placeholders
/// of the same length, so that the captures are always the same.
/// </summary>
internal static partial class GoldenCapture
{
    private static readonly string[] LeftOut = ["Date", "Server"];

    /// <param name="prepare">
    /// Builds the request of each endpoint. It runs anew for each, since some calls work once.
    /// </param>
    public static async Task<string> TakeAsync(DreamwidthClient client, params Func<Task<HttpRequestMessage>>[] prepare)
    {
        var text = new StringBuilder();
        foreach (var one in prepare)
        {
            var request = await one();
            var path = $"{request.Method} {request.RequestUri!.PathAndQuery}";
            var answer = await client.AskAsync(request);
            text.Append("==== ").Append(path).Append('\n').Append(answer.StatusLine).Append('\n');
            foreach (var (name, value) in answer.Headers.Where(
                header => !LeftOut.Contains(header.Key, StringComparer.Ordinal)).OrderBy(
                    header => header.Key, StringComparer.Ordinal))
                text.Append(name).Append(": ").Append(Steady(value)).Append('\n');
            text.Append('\n').Append(Steady(answer.Body)).Append("\n\n");
        }

        return text.ToString();
    }

    private static string Steady(string text)
    {
        text = Session().Replace(text, "AUTH..................");
        text = Challenge().Replace(text, "RANDOM..............:SIGNATURE.......................");
        return Port().Replace(text, "localhost:PORT");
    }

    [GeneratedRegex("(?<=ws:[a-z0-9_]+:[0-9]+:)[A-Za-z0-9]{22}(?![A-Za-z0-9])")]
    private static partial Regex Session();

    [GeneratedRegex("(?<=c0:[0-9]+:[0-9]+:60:)[A-Za-z0-9]{20}:[0-9a-f]{32}(?![0-9a-f])")]
    private static partial Regex Challenge();

    [GeneratedRegex("(127\\.0\\.0\\.1|localhost):[0-9]+")]
    private static partial Regex Port();
}
