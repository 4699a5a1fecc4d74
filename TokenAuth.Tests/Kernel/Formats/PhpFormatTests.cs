using System.Diagnostics;
using System.Text;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Formats;

public sealed class PhpFormatTests
{
    private const int Values = 2_000;

    [Fact]
    public void The_format_matches_the_PHP_manual() => Assert.Equal(
        "a:3:{s:1:\"a\";s:2:\"ü\";s:1:\"b\";a:2:{i:0;i:-1;i:1;b:1;}s:1:\"c\";b:0;}",
        PhpFormat.Write(new Value.Record(("a", "ü"), ("b", new Value.Sequence("item", -1L, true)), ("c", false))));

    [Fact]
    public void Every_value_can_be_read_back() => Gens.AnyValue.Holds(
        Values, value => Assert.Equal(Shown(value), Shown(PhpReader.Read(PhpFormat.Write(value)))));

    /// <summary>PHP must read each text and serialize it to the same text.</summary>
    [Fact]
    public async Task PHP_reads_every_value_and_serializes_it_identically()
    {
        var php = Tool.Need("php");
        const string program =
            "while (($line = fgets(STDIN)) !== false) { $text = base64_decode(trim($line)); echo "
            + "serialize(unserialize($text)) === $text ? 'same' : 'DIFFERENT', \"\\n\"; }";
        using var process = Process.Start(new ProcessStartInfo(php, ["-n", "-r", program])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var answers = process.StandardOutput.ReadToEndAsync();
        foreach (var value in Gens.AnyValue.Examples(Values))
            await process.StandardInput.WriteAsync(
                Convert.ToBase64String(Encoding.UTF8.GetBytes(PhpFormat.Write(value))) + "\n");
        process.StandardInput.Close();

        Assert.Equal("", await errors);
        Assert.Equal(
            Enumerable.Repeat("same", Values), (await answers).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            StringComparer.Ordinal);
    }

    private static string Shown(Value value) => value switch
    {
        Value.Text text => $"'{Gens.Carried(text.Content)}'",
        Value.Number number => $"{number.Content}",
        Value.Flag flag => $"{flag.Content}",
        Value.Record { Members.Count: 0 } => "[]",
        Value.Record record =>
            $"{{{string.Join(',', record.Members.Select(member => $"{member.Name}:{Shown(member.Content)}"))}}}",
        Value.Sequence sequence => $"[{string.Join(',', sequence.Items.Select(Shown))}]",
        _ => throw new InvalidOperationException($"There is a shape that is not tested: {value.GetType()}"),
    };
}
