using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// Answers the methods that read a journal, for a journal that is empty. Backup programs stop at an unknown method and
/// at a missing member, so every list is present and empty. Source: docs/dialects/dreamwidth.md, "A session".
/// </summary>
internal static class EmptyJournal
{
    /// <summary>The earliest date: when data that never changed was last changed.</summary>
    private const string Never = "0000-00-00 00:00:00";

    /// <summary>The seconds until a program may poll again: the original's maximum.</summary>
    private const int Interval = 36000;

    private static readonly Value.Repeated Nothing = new();

    private static readonly Dictionary<
        string,
        Func<DreamwidthRequest, FoundAccount, string, Outcome<Value.Record>>> Methods = new(StringComparer.Ordinal)
        {
            ["login"] = (request, account, icon) => Login(request, account, icon),
            ["syncitems"] = (request, _, _) => HasDate(request, "lastsync")
                ? new Value.Record(("syncitems", Nothing), ("count", 0), ("total", 0))
                : new Fault(FaultKind.ParameterInvalid, "Invalid date format"),
            ["getevents"] = (request, _, _) =>
                request["selecttype"] is "one" or "lastn" or "day" or "syncitems" or "multiple"
                    ? new Value.Record(("events", Nothing))
                    : new Fault(FaultKind.ParameterMissing, "Invalid selecttype."),
            ["getdaycounts"] = (_, _, _) => new Value.Record(("daycounts", Nothing)),
            ["getusertags"] = (_, _, _) => new Value.Record(("tags", Nothing)),
            ["getuserpics"] = (_, _, icon) => new Value.Record(
                ("pickws", Nothing), ("pickwurls", Nothing), ("defaultpicurl", icon)),
            ["getrecentcomments"] = (_, _, _) => new Value.Record(("status", "OK"), ("comments", Nothing)),
            ["getinbox"] = (_, account, _) => new Value.Record(
                ("items", Nothing), ("login", account.Login.ToLowerInvariant()), ("journaltype", "P")),
            ["getfriends"] = (request, _, _) => Lists(
                request,
                ("friends", null),
                ("friendofs", "includefriendof"),
                ("friendgroups", "includegroups")),
            ["friendof"] = (_, _, _) => new Value.Record(("friendofs", Nothing)),
            ["getfriendgroups"] = (_, _, _) => new Value.Record(("friendgroups", Nothing)),
            ["gettrustgroups"] = (_, _, _) => new Value.Record(("trustgroups", Nothing)),
            ["getcircle"] = (request, _, _) => Lists(
                request,
                ("trustgroups", "includetrustgroups"),
                ("contentfilters", "includecontentfilters"),
                ("watchedusers", "includewatchedusers"),
                ("watchedbys", "includewatchedby"),
                ("trustedusers", "includetrustedusers"),
                ("trustedbys", "includetrustedby")),
            ["getreadpage"] = (_, _, _) => new Value.Record(("entries", Nothing)),
            ["getfriendspage"] = (_, _, _) => new Value.Record(("entries", Nothing)),
            ["checkforupdates"] = (request, _, _) => Unchanged(request),
            ["checkfriends"] = (request, _, _) => Unchanged(request),
        };

    public static IReadOnlyCollection<string> Names => Methods.Keys;

    /// <summary>Answers a method for an empty journal.</summary>
    /// <param name="method">One of <see cref="Names"/>.</param>
    /// <param name="icon">The URL of the picture that all accounts share.</param>
    public static Outcome<Value.Record> Answer(
        string method, DreamwidthRequest request, FoundAccount account, string icon) =>
        Methods[method](request, account, icon);

    /// <summary>Answers <c>login</c>: the person, and the requested lists of the journal.</summary>
    private static Value.Record Login(DreamwidthRequest request, FoundAccount account, string icon)
    {
        List<(string, Value)> members =
        [
            ("userid", account.Id),
            ("fullname", account.DisplayName),
            ("friendgroups", Nothing),
            ("usejournals", Nothing),
        ];
        if (request["getmoods"] is not null)
            members.Add(("moods", Nothing));
        if (request.IsTrue("getpickws"))
            members.Add(("pickws", Nothing));
        // Backup clients fetch the default picture without checking that there is one.
        if (request.IsTrue("getpickwurls"))
            members.AddRange([("pickwurls", Nothing), ("defaultpicurl", icon)]);
        if (request.IsTrue("getmenus"))
            members.Add(("menus", Nothing));
        if (request.IsTrue("getcaps"))
            members.Add(("caps", 0));
        return new Value.Record(members);
    }

    /// <summary>Returns an empty list for each name whose parameter is true, and for each name without one.</summary>
    private static Value.Record Lists(DreamwidthRequest request, params (string Name, string? Parameter)[] lists)
    {
        var requested = lists.Where(list => list.Parameter is null || request.IsTrue(list.Parameter));
        return new([.. requested.Select(list => (list.Name, (Value)Nothing))]);
    }

    private static Outcome<Value.Record> Unchanged(DreamwidthRequest request)
    {
        if (!HasDate(request, "lastupdate"))
            return FaultKind.ParameterInvalid;
        var last = request["lastupdate"] is { Length: > 0 } sent ? sent[..Never.Length] : Never;
        return new Value.Record(("new", 0), ("lastupdate", last), ("interval", Interval));
    }

    /// <summary>Checks that a value is empty or begins with a date such as <c>2008-04-22 10:15:00</c>.</summary>
    private static bool HasDate(DreamwidthRequest request, string name)
    {
        var text = request[name];
        return string.IsNullOrEmpty(text)
            || (text.Length >= Never.Length
                && Never.Zip(text, (wanted, sent) => wanted == '0' ? char.IsAsciiDigit(sent) : sent == wanted)
                    .All(fits => fits));
    }
}
