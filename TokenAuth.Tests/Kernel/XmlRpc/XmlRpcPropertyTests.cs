using System.Text;
using CsCheck;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.XmlRpc;

/// <summary>Properties of any input, tested with random inputs.</summary>
public sealed class XmlRpcPropertyTests
{
    private static readonly byte[] Good = Encoding.UTF8.GetBytes(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        + "<methodCall><methodName>m</methodName><params><param><value><struct>\n"
        + "<member><name>a</name><value><string>é &amp; b</string></value></member>"
        + "<member><name>b</name><value><i4>1</i4></value></member>\n"
        + "<member><name>c</name><value><array><data><value>1</value><value><base64>YWJj</base64></value></data>"
        + "</array></value></member>\n"
        + "</struct></value></param></params></methodCall>");

    private static readonly Gen<Value> AnyValue = Gens.Nested(
        Gen.OneOf<Value>(
            Gens.AnyText(20).Select(text => (Value)new Value.Text(text)),
            Gens.AnyText(20).Select(text => (Value)new Value.Attribute(text)),
            Gens.Number.Select(number => (Value)new Value.Number(number)),
            Gen.Bool.Select(flag => (Value)new Value.Flag(flag))),
        inner => Gen.OneOf<Value>(
            Gen.Select(Gens.AnyText(5), inner).Array[0, 3].Select(members =>
                (Value)new Value.Record([.. members.Select((member, i) => ($"{i}{member.Item1}", member.Item2))])),
            inner.Array[0, 3].Select(items => (Value)new Value.Sequence("item", items)),
            inner.Array[0, 3].Select(items => (Value)new Value.Repeated(items))),
        depth: 4);

    [Fact]
    public void Reading_never_throws()
    {
        var (read, refused) = (0, 0);
        Mutation.Of(Good).Holds(30_000, body =>
            _ = XmlRpcReader.Read(body).Succeeded(out _, out _) ? read++ : refused++);

        // The mutations are useful only if some are harmless.
        Assert.True(read > 60 && refused > 3000, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_written_value_can_be_read_back() => AnyValue.Holds(4_000, value =>
    {
        var call = XmlRpcWriter.Response(value)
            .Replace("<methodResponse>", "<methodCall><methodName>m</methodName>", StringComparison.Ordinal)
            .Replace("</methodResponse>", "</methodCall>", StringComparison.Ordinal);

        Assert.Equal($"m({Expected(value)})", Shown.Of(XmlRpcReader.Read(Encoding.UTF8.GetBytes(call))));
    });

    [Fact]
    public void A_fault_is_a_number_and_a_sentence() => Assert.Equal(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><methodResponse><fault><value><struct><member>"
        + "<name>faultCode</name><value><int>5</int></value></member>"
        + "<member><name>faultString</name><value><string>a &lt; b</string></value></member></struct></value></fault>"
        + "</methodResponse>",
        XmlRpcWriter.FaultResponse(5, "a < b"));

    private static string Expected(Value value) => value switch
    {
        Value.Text(var text) => $"string '{Carried(text)}'",
        Value.Attribute(var text) => $"string '{Carried(text)}'",
        Value.Number(var number) => $"int '{number}'",
        Value.Flag(var flag) => $"boolean '{(flag ? 1 : 0)}'",
        Value.Record(var members) =>
            $"{{{string.Join(", ", members.Select(member => $"{Carried(member.Name)}: {Expected(member.Content)}"))}}}",
        Value.Sequence(_, var items) => $"[{string.Join(", ", items.Select(Expected))}]",
        Value.Repeated(var items) => $"[{string.Join(", ", items.Select(Expected))}]",
        _ => throw new InvalidOperationException("There is no other shape."),
    };

    /// <summary>Each character that XML cannot hold is replaced.</summary>
    private static string Carried(string text)
    {
        var carried = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                carried.Append(c).Append(text[++i]);
            else
                carried.Append(
                    c is '\t' or '\n' or '\r' or (>= ' ' and < '\uD800') or (> '\uDFFF' and < '\uFFFE') ? c : '\uFFFD');
        }

        return carried.ToString();
    }
}
