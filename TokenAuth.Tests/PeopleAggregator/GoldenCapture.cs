using System.Text;
using System.Text.RegularExpressions;

namespace TokenAuth.Tests.PeopleAggregator;

/// <summary>
/// One outcome in every form, as one text that holds each whole answer. Random values are replaced by placeholders of
/// the same length, so that the captures are always the same.
/// </summary>
internal static partial class GoldenCapture
{
    /// <param name="prepare">Builds the call. It runs anew for each capture, since some calls work once.</param>
    /// <param name="send">Sends the call in an unusual way.</param>
    /// <param name="forms">The forms that have this outcome. Empty means all.</param>
    public static async Task<string> TakeAsync(
        PeopleAggregatorWorld world, Func<Task<PeopleAggregatorCall>> prepare,
        Func<PeopleAggregatorCall, HttpRequestMessage>? send, Form[]? forms)
    {
        var text = new StringBuilder();
        foreach (var form in forms ?? Enum.GetValues<Form>())
        {
            var call = (await prepare()) with { Form = form };
            using var request = send?.Invoke(call) ?? world.Client.Request(call);
            var path = request.RequestUri!.AbsolutePath;
            var answer = await world.Client.AskAsync(request);
            text.Append($"==== {request.Method} {path}\n")
                .Append(answer.Golden(body => Port().Replace(Token().Replace(body, "TOKEN".PadRight(96, '.')), "PORT")))
                .Append('\n');
        }

        return text.ToString();
    }

    [GeneratedRegex("(?<=:[0-9]{10}:)[0-9a-f]{96}(?![0-9a-f])")]
    private static partial Regex Token();

    [GeneratedRegex("(?<=127\\.0\\.0\\.1:)[0-9]+")]
    private static partial Regex Port();
}
