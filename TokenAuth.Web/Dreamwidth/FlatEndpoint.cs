using System.Text;
using Microsoft.Net.Http.Headers;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// <c>/interface/flat</c>: reads a form and answers lines of names and values, sorted by name. Source:
/// docs/dialects/dreamwidth.md, "Addresses".
/// </summary>
internal sealed class FlatEndpoint(DreamwidthMethods methods) : IDialectEndpoint
{
    private const string Numbered = "expire_id_";

    private const string NoMode = "Client error: No mode specified.";

    public string Dialect => DreamwidthFeature.Dialect;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        var fields = Fields(call);
        if (fields.GetValueOrDefault("mode") is not { Length: > 0 } mode)
            return Failed(call, NoMode);
        var expire = fields.Keys
            .Where(name => name.StartsWith(Numbered, StringComparison.Ordinal))
            .Select(name => name[Numbered.Length..]);
        var request = new DreamwidthRequest(call, mode, fields, [.. expire]);
        if (mode != DreamwidthMethods.Challenge && request.Login is (null or "0"))
            return Failed(call, "Client error: No username sent.");
        if (!DreamwidthMethods.All.Contains(mode, StringComparer.Ordinal))
            return Failed(call, $"Client error: Unknown mode ({mode})");
        var answer = await methods.RunAsync(request, cancellation);
        return answer.Succeeded(out var members, out var fault)
            ? Answer(call, [.. members.Members.SelectMany(Flattened), ("success", "OK")])
            : fault;
    }

    // docs/dialects/dreamwidth.md, "A session": an unreadable request has no mode.
    public IResult Refuse(Call call, Fault fault) =>
        Failed(call, fault.Kind == FaultKind.CallUnreadable ? NoMode : DreamwidthFaults.Of(fault).Message);

    /// <summary>
    /// Returns the form's fields under their names in XML-RPC; the last of several values counts. The address is
    /// ignored, because logs keep addresses.
    /// </summary>
    private static Dictionary<string, string> Fields(Call call)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!IsForm(call.Request))
            return fields;
        foreach (var (name, value) in call.Posted)
            fields[name == "user" ? "username" : name] = value;
        return fields;
    }

    private static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && Call.IsUrlencoded(type);

    // docs/dialects/dreamwidth.md, "A session".
    /// <summary>Turns a member into lines. A list becomes its count, which is 0 here.</summary>
    private static IEnumerable<(string Name, string Value)> Flattened(
        (string Name, Value Content) member) => member switch
        {
            ("userid", _) => [],
            ("fullname", Value.Text(var name)) => [("name", name)],
            ("usejournals", _) => [("access_count", "0")],
            ("friendgroups", _) => [("frgrp_maxnum", "0")],
            ("trustgroups", _) => [("tr_maxnum", "0")],
            ("friends", _) => [("friend_count", "0")],
            ("friendofs", _) => [("friendof_count", "0")],
            ("pickws", _) => [("pickw_count", "0")],
            ("pickwurls", _) => [("pickwurl_count", "0")],
            ("moods", _) => [("mood_count", "0")],
            // Menu 0 is the top menu; its entries have numbers of their own.
            ("menus", _) => [("menu_0_count", "0")],
            ("syncitems", _) => [("sync_count", "0")],
            ("count", _) => [],
            ("total", Value.Number(var total)) => [("sync_total", $"{total}")],
            ("events", _) => [("events_count", "0"), ("prop_count", "0")],
            ("entries", _) => [("entries_count", "0")],
            ("tags", _) => [("tag_count", "0")],
            (var name, Value.Text(var text)) => [(name, text)],
            (var name, Value.Number(var number)) => [(name, $"{number}")],
            _ => [],
        };

    // docs/dialects/dreamwidth.md, "What differs from the original, and why": a failure says FAIL.
    private static TextResult Failed(Call call, string message) =>
        Answer(call, [("errmsg", message), ("success", "FAIL")]);

    private static TextResult Answer(Call call, IReadOnlyList<(string Name, string Value)> pairs)
    {
        var text = new StringBuilder();
        var isEscaped = Fields(call).GetValueOrDefault("responseenc") == "urlenc";
        foreach (var (name, value) in pairs.OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            if (isEscaped)
                text.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value)).Append('&');
            else
                text.Append(name).Append('\n').Append(OneLine(value)).Append('\n');
        }

        return new TextResult("text/plain; charset=utf-8", text.ToString());
    }

    private static string OneLine(string value) =>
        value.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
}
