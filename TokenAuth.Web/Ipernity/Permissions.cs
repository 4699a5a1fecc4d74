using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Ipernity;

/// <summary>An application's access to one area. Each level includes the lower ones.</summary>
internal enum Level
{
    None,
    Read,
    Write,
    Delete,
}

/// <summary>
/// The permissions of a token: one level for each of the five areas. Source: docs/dialects/ipernity.md, "A handshake".
/// </summary>
internal sealed class Permissions
{
    public const string ParameterPrefix = "perm_";

    /// <summary>
    /// The areas in the order of answers, each with the words of its levels from <see cref="Level.Read"/>, which follow
    /// "It can:".
    /// </summary>
    private static readonly (string Name, Text[] Words)[] Areas =
    [
        ("doc",
        [
            new Text("see your photos, videos and documents"),
            new Text("see, add and change your photos, videos and documents"),
            new Text("see, add, change and delete your photos, videos and documents"),
        ]),
        ("blog",
        [
            new Text("read your blog"),
            new Text("read your blog, and add and change entries"),
            new Text("read your blog, and add, change and delete entries"),
        ]),
        ("network",
        [
            new Text("see your contacts"),
            new Text("see, add and change your contacts"),
            new Text("see, add, change and delete your contacts"),
        ]),
        ("profile",
        [
            new Text("see your profile"),
            new Text("see and change your profile"),
        ]),
        ("post",
        [
            new Text("read your articles"),
            new Text("read, add and change your articles"),
            new Text("read, add, change and delete your articles"),
        ]),
    ];

    private static readonly string[] LevelNames = [.. Enum.GetNames<Level>().Select(name => name.ToLowerInvariant())];

    private static readonly Value[] LevelValues = [.. LevelNames.Select(name => new Value.Attribute(name))];

    private readonly Level[] _levels = new Level[Areas.Length];

    private Permissions()
    {
    }

    /// <summary>Returns each area's name with its level, for an answer.</summary>
    public IReadOnlyList<(string Name, Value Content)> AsMembers()
    {
        var members = new (string, Value)[Areas.Length];
        for (var i = 0; i < members.Length; i++)
            members[i] = (Areas[i].Name, LevelValues[(int)_levels[i]]);
        return members;
    }

    public Level this[string area] => _levels[Array.FindIndex(Areas, known => known.Name == area)];

    /// <summary>Reads the permissions that a link requests. Returns null if a level does not exist.</summary>
    /// <param name="levelOf">
    /// Returns the level of an area, such as <c>write</c> for <c>perm_doc=write</c>, or null.
    /// </param>
    public static Permissions? Read(Func<string, string?> levelOf)
    {
        var permissions = new Permissions();
        for (var i = 0; i < Areas.Length; i++)
        {
            var text = levelOf(Areas[i].Name);
            if (string.IsNullOrEmpty(text))
                continue;
            if (LevelOf(Areas[i].Name, text) is not { } known)
                return null;
            permissions._levels[i] = known;
        }

        return permissions;
    }

    private static Level? LevelOf(string area, ReadOnlySpan<char> text) => text switch
    {
        "none" => Level.None,
        "read" => Level.Read,
        "write" => Level.Write,
        // docs/dialects/ipernity.md, "A handshake": a profile cannot be deleted.
        "delete" when area != "profile" => Level.Delete,
        _ => null,
    };

    /// <summary>Reads <see cref="Stored"/>. Unknown areas are ignored; an omitted area has no permission.</summary>
    public static Permissions FromStored(string stored)
    {
        var permissions = new Permissions();
        foreach (var range in stored.AsSpan().Split(','))
        {
            var pair = stored.AsSpan(range);
            var equals = pair.IndexOf('=');
            for (var i = 0; i < Areas.Length; i++)
            {
                if (equals >= 0 && pair[..equals].SequenceEqual(Areas[i].Name))
                    permissions._levels[i] = LevelOf(Areas[i].Name, pair[(equals + 1)..]) ?? Level.None;
            }
        }

        return permissions;
    }

    /// <summary>The text that handshakes, sessions and consents store, such as <c>doc=write,blog=read</c>.</summary>
    public string Stored => string.Join(
        ',', Areas.Where((_, i) => _levels[i] > Level.None).Select(area => $"{area.Name}={Spelled(area.Name)}"));

    public string Spelled(string area) => LevelNames[(int)this[area]];

    /// <summary>Checks whether these permissions include all requested ones.</summary>
    public bool Covers(Permissions requested) => _levels.Zip(requested._levels).All(pair => pair.First >= pair.Second);

    /// <summary>Describes each permission in words that follow "It can:".</summary>
    public IReadOnlyList<Text> InWords() =>
    [
        .. Areas.Where((_, i) => _levels[i] > Level.None).Select(area => area.Words[this[area.Name] - Level.Read]),
    ];
}
