using System.Text.Json;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Tests.Kernel.Signing;

/// <summary>Signatures computed by other programs, two by ipernity itself (Data/*.json).</summary>
public sealed class SignatureVectorTests
{
    private static readonly Dictionary<string, ValueGrammar?> NothingKnown = new(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names), "mediapost")]
    public void The_MediaPost_base_string_ends_each_name_with_an_equals_sign(string name)
    {
        var vector = Read("mediapost").Single(vector => vector.Name == name);

        var text = new SignatureBaseString("=", NothingKnown).Join(vector.Sent("sig"), "sig").Text;

        Assert.Equal(vector.Signature, Signature.Md5Hex(text + vector.Secret));
    }

    [Theory]
    [MemberData(nameof(Names), "ipernity")]
    public void The_ipernity_base_string_ends_no_name_and_appends_the_method(string name)
    {
        var vector = Read("ipernity").Single(vector => vector.Name == name);

        var text = new SignatureBaseString("", NothingKnown).Join(vector.Sent("api_sig"), "api_sig").Text;

        Assert.Equal(vector.Signature, Signature.Md5Hex(text + vector.Method + vector.Secret));
    }

    public static TheoryData<string> Names(string file) => [.. Read(file).Select(vector => vector.Name)];

    private static List<Vector> Read(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Kernel", "Signing", "Data", $"{file}.json");
        var vectors = JsonSerializer.Deserialize<List<Vector>>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
        Assert.NotEmpty(vectors);
        return vectors;
    }

    private sealed record Vector(
        string Name, Dictionary<string, string> Parameters, string Secret, string Signature, string Method = "")
    {
        /// <summary>The parameters as a request sends them: unsorted, with the signature.</summary>
        public IEnumerable<Parameter> Sent(string signatureName) =>
            Parameters.Append(new(signatureName, Signature)).Reverse().Select(
                pair => new Parameter(pair.Key, pair.Value));
    }
}
