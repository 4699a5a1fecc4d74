using CsCheck;
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
    /// <summary>Enough sets for a million pairs.</summary>
    private const int Sampled = 6_000;
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
        string Known(List<Parameter> set) =>
            string.Join('&', set.Where(pair => known.ContainsKey(pair.Name)).Select(pair =>
                $"{pair.Name}={(scheme.Matches(pair.Name, pair.Value) ? pair.Value : "(there)")}"));

        var (pairs, texts, forgeries) = (0L, 0, 0);
        Gen.Select(Sets(known), Gen.ULong).Holds(Sampled, (honest, seed) =>
        {
            var signed = scheme.Join(honest, "sig");
            if (!signed.IsUnambiguous())
                return;
            texts++;
            var random = new PCG(stream: 0, seed);
            var recuts = new Recuts(nameEnd, random);
            var said = Known(honest);
            var seen = new HashSet<string>(StringComparer.Ordinal) { Shown(honest) };
            List<List<Parameter>> accepted = [honest], refused = [honest];
            for (var i = 0; i < AttemptsPerText; i++)
            {
                // Mostly from an accepted set; a refused set leads to further ones.
                var from = random.Below(4) == 0 ? refused : accepted;
                if (recuts.Of(from[random.Below(from.Count)]) is not { } other || !seen.Add(Shown(other)))
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
        });

        output.WriteLine(
            $"{pairs} pairs of accepted readings of {texts} texts; {forgeries} readings that say "
            + "something else were refused");
        Assert.True(pairs >= 1_000_000 && texts >= 2_000, $"{pairs} pairs, {texts} texts");
        Assert.InRange(forgeries, 10_000, int.MaxValue);
    }

    /// <summary>Some known parameters, and unknown ones that look like parts of them.</summary>
    private static Gen<List<Parameter>> Sets(Dictionary<string, string[]> known)
    {
        var fragments = (int most) => Gens.Joined(most, Fragments);
        var knowns = Gen.OneOf<string>([.. known.Keys]).SelectMany(
            name => Gen.Frequency<string>((1, Gen.Const("")), (1, fragments(2)), (6, Gen.OneOf(known[name]))),
            (name, value) => (name, value)).Array[1, 3];
        // An unknown parameter with many possible cuts gives many readings to compare.
        var cut = Gen.Select(Gen.Const("x"), Gens.Joined(16, "y=", "z=", "zz=", "zzz=", "=", "a", "0"));
        var others = Gen.Select(fragments(3), fragments(6)).Where(
            (name, _) => name.Length > 0 && !known.ContainsKey(name)).Array[0, 4];
        return Gen.Select(knowns, cut.Array[0, 1], others, (a, b, c) =>
        {
            var set = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in a.Concat(b).Concat(c))
                set[name] = value;
            return set.Select(pair => new Parameter(pair.Key, pair.Value)).ToList();
        });
    }

    private static string Shown(List<Parameter> set) =>
        string.Join(" & ", set.Select(pair => $"{pair.Name} : {pair.Value}"));
}
