using System.Text.Json;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Formats;

public sealed class JsonFormatTests
{
    [Fact]
    public void Json_is_compact_ASCII_and_preserves_the_order_of_members() => Assert.Equal(
        """{"b":1,"a":"\u00FC","list":[true,false],"none":{},"nothing":[]}""",
        JsonFormat.Write(new Value.Record(
            ("b", 1L), ("a", "ü"), ("list", new Value.Sequence("item", true, false)), ("none", new Value.Record()),
            ("nothing", new Value.Sequence("item")))));

    [Fact]
    public void Every_value_can_be_read_back() => Gens.AnyValue.Holds(5_000, value =>
    {
        var json = JsonFormat.Write(value);

        Assert.True(System.Text.Ascii.IsValid(json) && !json.Any(char.IsControl), json);
        AssertSame(value, JsonDocument.Parse(json).RootElement);
    });

    [Fact]
    public void No_text_can_end_a_script_element() =>
        Assert.DoesNotContain('<', JsonFormat.Write("</script><!--"));

    private static void AssertSame(Value value, JsonElement json)
    {
        switch (value)
        {
            case Value.Text text:
                Assert.Equal(Gens.Carried(text.Content), json.GetString());
                break;
            case Value.Number number:
                Assert.Equal(number.Content, json.GetInt64());
                break;
            case Value.Flag flag:
                Assert.Equal(flag.Content, json.GetBoolean());
                break;
            case Value.Record record:
                Assert.Equal(
                    record.Members.Select(member => member.Name), json.EnumerateObject().Select(member => member.Name),
                    StringComparer.Ordinal);
                Assert.All(record.Members, member => AssertSame(member.Content, json.GetProperty(member.Name)));
                break;
            case Value.Sequence sequence:
                Assert.Equal(sequence.Items.Count, json.GetArrayLength());
                Assert.All(sequence.Items, (item, i) => AssertSame(item, json[i]));
                break;
            default:
                Assert.Fail($"There is a shape that is not tested: {value.GetType()}");
                break;
        }
    }
}
