using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Signing;
using TokenAuth.MediaPost;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Signing;

/// <summary>
/// In a million pairs of accepted parameter sets with the same base string, no pair differs in its known parameters.
/// Random sets would hardly ever share a base string, so each set is recut as an attacker would.
/// </summary>
public sealed class UniqueReadingTests(ITestOutputHelper output)
{
    private const int Pairs = 1_000_000;
    private const int Texts = 2_000;
    private const int AttemptsPerText = 300;

    private static readonly string[] Fragments =
    [
        "=", "=", "_", "a", "f", "0", "1", "12", "-", "e", "x", "s", "d=1", "res=0", "expi", "xpires=", "ui", "d",
        "api", "_key", "key=",
        "auth", "_token", "token=1", "me", "thod=", "read", "write", "perm_", "doc", "blog", "ob", "fr", "pref", "tra",
        "z", "xml", "json",
    ];

    [Fact]
    public void Accepted_MediaPost_requests_with_one_base_string_have_one_meaning() =>
        Run(MediaPostRequest.Scheme, "=", new(StringComparer.Ordinal)
        {
            ["api_key"] = ["a1b2c3d4e5f60718293a4b5c6d7e8f90", "ffffffffffffffffffffffffffffffff"],
            ["apiKey"] = ["a1b2c3d4e5f60718293a4b5c6d7e8f90"],
            ["method"] = ["auth.getSession", "Up.auth.createToken", "users.getInfo"],
            ["format"] = ["xml", "JSON", "php_serial"],
            ["callback"] = ["f", "x.y", "_", "uid"],
            ["session_key"] = ["0123456789abcdef0123456789abcdef"],
            ["ss"] = ["1", "true"],
            ["generate_session_secret"] = ["1", "true"],
            ["auth_token"] = ["122ba2c4f0d19a3be58c7766554433221100aa"],
            ["expires"] = ["0", "1", "12345678"],
            ["community"] = ["mashable", "1"],
            ["uid"] = ["1", "12"],
            ["uids"] = ["1,2", "12", ","],
            ["pageUrls"] = ["http://example.test/?d=1", "x"],
        });

    [Fact]
    public void Accepted_requests_with_one_base_string_have_one_meaning_where_nothing_ends_a_name() =>
        Run(ToyScheme.Text, "", new(StringComparer.Ordinal)
        {
            ["api_key"] = ["00ff", "abcd"],
            ["auth_token"] = ["1-a", "12345-ab", "e"],
            ["frob"] = ["1-a", "0", "12345678"],
            ["perm_doc"] = ["read", "write", "delete"],
            ["perm_blog"] = ["read", "write"],
            ["extra"] = ["pref", "prefs"],
        });

    private void Run(SignatureBaseString scheme, string nameEnd, Dictionary<string, string[]> known)
    {
        var chance = new Seeded(20080417);
        var recuts = new Recuts(nameEnd, chance);
        string Known(List<Parameter> set) =>
            string.Join('&', set.Where(pair => known.ContainsKey(pair.Name)).Select(pair =>
                $"{pair.Name}={(scheme.Matches(pair.Name, pair.Value) ? pair.Value : "(there)")}"));

        var (pairs, texts, forgeries) = (0L, 0, 0);
        while (pairs < Pairs || texts < Texts)
        {
            var honest = Set(chance, known);
            var signed = scheme.Join(honest, "sig");
            if (!signed.IsUnambiguous())
                continue;
            texts++;
            var said = Known(honest);
            var seen = new HashSet<string>(StringComparer.Ordinal) { Shown(honest) };
            List<List<Parameter>> accepted = [honest], refused = [honest];
            for (var i = 0; i < AttemptsPerText; i++)
            {
                // Mostly from an accepted set; a refused set leads to further ones.
                if (recuts.Of(chance.Of(chance.OneIn(4) ? refused : accepted)) is not { } other
                    || !seen.Add(Shown(other)))
                    continue;
                var reading = scheme.Join(other, "sig");
                Assert.Equal(signed.Text, reading.Text);
                if (!reading.IsUnambiguous())
                {
                    refused.Add(other);
                    forgeries += Known(other) == said ? 0 : 1;
                    continue;
                }

                pairs += accepted.Count;
                accepted.Add(other);
                if (Known(other) != said)
                    Assert.Fail($"{signed.Text}\nis accepted as {said}\nand as {Known(other)},\nby {Shown(other)}");
            }
        }

        output.WriteLine(
            $"{pairs} pairs of accepted readings of {texts} texts; {forgeries} readings that say "
            + "something else were refused");
        Assert.InRange(forgeries, 10_000, int.MaxValue);
    }

    private static List<Parameter> Set(Seeded chance, Dictionary<string, string[]> known)
    {
        var set = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var names = known.Keys.ToList();
        for (var more = chance.Below(3); more >= 0; more--)
        {
            var name = chance.Of(names);
            set[name] =
                chance.Below(8) switch { 0 => "", 1 => chance.Joined(Fragments, 2), _ => chance.Of(known[name]) };
        }

        // An unknown parameter with many possible cuts gives many readings to compare.
        if (!chance.OneIn(3))
            set["x"] = chance.Joined(["y=", "z=", "zz=", "zzz=", "=", "a", "0"], 16);
        for (var more = chance.Below(4); more >= 0; more--)
        {
            if (chance.Joined(Fragments, 3) is { Length: > 0 } name && !known.ContainsKey(name))
                set[name] = chance.Joined(Fragments, 6);
        }

        return [.. set.Select(pair => new Parameter(pair.Key, pair.Value))];
    }

    private static string Shown(List<Parameter> set) =>
        string.Join(" & ", set.Select(pair => $"{pair.Name} : {pair.Value}"));
}
