using System.Text;
using System.Text.RegularExpressions;

namespace TokenAuth.Tests.Ipernity;

/// <summary>
/// One outcome at every endpoint and in every form, as one text that holds each whole answer. Random values are
/// replaced by placeholders of the same length, so that the captures are always the same.
/// </summary>
internal static partial class GoldenCapture
{
    private static readonly (Entrance Entrance, string? Format)[] All =
    [
        (Entrance.Rest, null), (Entrance.Rest, "json"), (Entrance.Rest, "xml"), (Entrance.Rest, "php"),
        (Entrance.Soap, null), (Entrance.Soap, "json"), (Entrance.Soap, "xml"), (Entrance.Soap, "php"),
        (Entrance.XmlRpc, null), (Entrance.XmlRpc, "json"), (Entrance.XmlRpc, "xml"), (Entrance.XmlRpc, "php"),
    ];

    /// <param name="world">The server that is called.</param>
    /// <param name="prepare">Builds the call. It runs anew for each capture, since some calls work once.</param>
    /// <param name="send">Sends the call in an unusual way.</param>
    /// <param name="entrances">The endpoints that have this outcome. Empty means all.</param>
    /// <param name="format">Requested instead of the known formats.</param>
    /// <param name="isNobodys">Omits the address that is shared with another dialect.</param>
    public static async Task<string> TakeAsync(
        IpernityWorld world, Func<Task<IpernityCall>> prepare, Func<IpernityCall, HttpRequestMessage>? send = null,
        Entrance[]? entrances = null, string? format = null,
        bool isNobodys = false)
    {
        var text = new StringBuilder();
        foreach (var (entrance, known) in All.Where(
            one => entrances?.Contains(one.Entrance) != false
                && (format is null || one.Format is null)
                && !(isNobodys && one is { Entrance: Entrance.XmlRpc, Format: null })))
        {
            var call = (await prepare()) with { Entrance = entrance, Format = format ?? known };
            var answer = await (send is null ? world.Client.AskAsync(call) : world.Client.AskAsync(send(call)));
            text.Append($"==== {call.Path}\n")
                .Append(answer.Golden(body => Token().Replace(body, "TOKEN...........................")))
                .Append('\n');
        }

        return text.ToString();
    }

    [GeneratedRegex("(?<=[0-9]-)[0-9a-f]{32}(?![0-9a-f])")]
    private static partial Regex Token();
}
