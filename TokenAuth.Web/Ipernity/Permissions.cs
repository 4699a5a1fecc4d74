using TokenAuth.Kernel.Formats;

namespace TokenAuth.Ipernity;

/// <summary>How much an application may do in one area; each level includes those below it.</summary>
internal enum Level
{
    None,
    Read,
    Write,
    Delete,
}

/// <summary>What a token may do: a level for each of the five areas.</summary>
internal sealed class Permissions
{
    public const string ParameterPrefix = "perm_";

    /// <summary>In the order in which answers name them, with what a person calls them.</summary>
    private static readonly (string Name, string Words)[] Areas =
    [
        ("doc", "your photos, videos and documents"),
        ("blog", "your blog"),
        ("network", "your contacts"),
        ("profile", "your profile"),
        ("post", "your articles"),
    ];

    private static readonly string[] LevelNames = [.. Enum.GetNames<Level>().Select(name => name.ToLowerInvariant())];

    private static readonly Value[] LevelValues = [.. LevelNames.Select(name => new Value.Attribute(name))];

    private readonly Level[] _levels = new Level[Areas.Length];

    private Permissions()
    {
    }

    /// <summary>Each area's name with its level, as answers have them.</summary>
    public IReadOnlyList<(string Name, Value Content)> AsMembers()
    {
        var members = new (string, Value)[Areas.Length];
        for (var i = 0; i < members.Length; i++)
            members[i] = (Areas[i].Name, LevelValues[(int)_levels[i]]);
        return members;
    }

    public Level this[string area] => _levels[Array.FindIndex(Areas, known => known.Name == area)];

    /// <summary>As a link or a stored text has them, <c>perm_doc=write</c>; areas that are not known are ignored. Null where a level is none.</summary>
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
        "delete" when area != "profile" => Level.Delete,
        _ => null,
    };

    /// <summary>Reads <see cref="Stored"/>; an area that is missing there has no permission.</summary>
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

    /// <summary>As kept with handshakes, sessions and consents.</summary>
    public string Stored => string.Join(',', Areas.Where((_, i) => _levels[i] > Level.None).Select(area => $"{area.Name}={Spelled(area.Name)}"));

    public string Spelled(string area) => LevelNames[(int)this[area]];

    /// <summary>Whether everything asked for is granted here.</summary>
    public bool Covers(Permissions asked) => _levels.Zip(asked._levels).All(pair => pair.First >= pair.Second);

    /// <summary>A sentence for each area, for the person who is asked.</summary>
    public IReadOnlyList<string> InWords() =>
    [
        .. Areas.Where((_, i) => _levels[i] > Level.None).Select(area => this[area.Name] switch
        {
            Level.Read => $"see {area.Words}",
            Level.Write => $"see, add to and change {area.Words}",
            _ => $"see, add to, change and delete {area.Words}",
        }),
    ];
}
