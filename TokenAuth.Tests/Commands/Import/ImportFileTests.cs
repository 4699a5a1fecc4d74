using System.Text;
using CsCheck;
using TokenAuth.Commands;
using TokenAuth.Commands.Import;
using TokenAuth.Kernel.Accounts.Import;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Commands.Import;

public sealed class ImportFileTests
{
    private const string Ann = """{"login":"ann","email":"ann@example.org"}""";

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("")]
    [InlineData("\n \r\n")]
    public async Task Json_and_csv_have_the_same_fields(string before)
    {
        var json = await ReadAsync(before
            + """{"login":"a","email":"b","name":"c,\"d\"","state":"e","created":7,"hash":"f","scheme":"g","""
            + "\"salt\":\"h\"}");
        var csv = await ReadAsync(before
            + "login,email,name,state,created,hash,scheme,salt\r\na,b,\"c,\"\"d\"\"\",e,7,f,g,h\r\n");

        var expected = new ImportLine(0)
        {
            Login = "a",
            Email = "b",
            Name = "c,\"d\"",
            State = "e",
            Created = "7",
            Hash = "f",
            Scheme = "g",
            Salt = "h",
        };
        Assert.Equal(expected, Assert.Single(json).Line! with { Number = 0 });
        Assert.Equal(expected, Assert.Single(csv).Line! with { Number = 0 });
    }

    [Fact]
    public async Task Fields_may_be_missing_null_or_in_any_order()
    {
        Assert.Equal(
            new ImportLine(1) { Login = "a", Email = "b" },
            Assert.Single(await ReadAsync("""{"email":"b", "hash":null, "login":"a"}""")).Line);
        Assert.Equal(
            new ImportLine(2) { Login = "a", Email = "b", Salt = "" },
            Assert.Single(await ReadAsync("hash,email,salt,login\n\\N,b,,a")).Line);
    }

    [Theory]
    [InlineData("{\"login\":\"ann\"", "not a JSON object")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{} {}", "not a JSON object")]
    [InlineData("{\"login\":\"\\ud800\"}", "Unicode")]
    [InlineData("{\"login\":{}}", "not a text")]
    [InlineData("{\"login\":7}", "not a text")]
    [InlineData("{\"hash\":true}", "not a text")]
    [InlineData("{\"login\":\"a\",\"login\":\"b\"}", "twice")]
    [InlineData("{\"Login\":\"a\"}", "no field Login")]
    [InlineData("{\"password\":\"secret\"}", "no field password")]
    public async Task A_wrong_line_of_json_is_refused_and_the_others_are_read(string line, string saying)
    {
        var readings = await ReadAsync($"{Ann}\n{line}\n{Ann}");

        Assert.Equal([true, false, true], readings.Select(reading => reading.Line is not null));
        Assert.Contains(saying, readings[1].Refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", readings[1].Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b,c", "3 fields")]
    [InlineData("a", "1 fields")]
    [InlineData("\"a,b", "quoted")]
    [InlineData("\"a\"x,b", "quoted")]
    public async Task A_wrong_line_of_csv_is_refused_and_the_others_are_read(string line, string saying)
    {
        var readings = await ReadAsync($"login,email\nann,a\n{line}\nbob,b\n");

        Assert.Equal([true, false, true], readings.Select(reading => reading.Line is not null));
        Assert.Contains(saying, readings[1].Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"logn\":\"ann\"}", "line 1: there is no field logn; the fields are login,")]
    [InlineData("\n\n{\"logn\":\"ann\"}", "line 3: there is no field logn")]
    [InlineData("login,mail\nann,a", "there is no field mail; the fields are login,")]
    [InlineData("login,name\nann,a", "login and email")]
    [InlineData("login,email,login\nann,a,b", "twice")]
    [InlineData("[{\"login\":\"ann\"}]", "there is no field [")]
    [InlineData("\"login", "line 1: this is neither JSON Lines nor")]
    public async Task A_mistake_of_the_first_line_stops_the_import(string file, string saying)
    {
        var wrong = await Assert.ThrowsAsync<UsageException>(() => ReadAsync(file));

        Assert.Contains(saying, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_over_64_KiB_is_passed_over_in_constant_memory()
    {
        var longest = $$"""{"login":"{{new string('x', (64 * 1024) - 12)}}"}""";
        var longer = longest + new string(' ', 1 << 20);
        foreach (var (line, isRead) in new[] { (longest, true), ($" {longest}", false), (longer, false) })
        {
            foreach (var ending in new[] { "\n", "\r\n" })
            {
                var readings = await ReadAsync($"{Ann}{ending}{line}{ending}{Ann}");

                Assert.Equal([true, isRead, true], readings.Select(reading => reading.Line is not null));
                Assert.Equal(3, readings[2].Line!.Number);
            }
        }
    }

    /// <summary>However the operating system cuts a file, its lines are the same.</summary>
    [Fact]
    public async Task Lines_do_not_depend_on_how_the_file_is_read()
    {
        var part = Gen.OneOf("", "a", "\n", "\r\n", "\r", "äö", new string('x', 70_000));
        await Gen.Select(part.Array[0, 8], Gen.Int[1, 9])
            .HoldsAsync(200, async example =>
            {
                var text = string.Concat(example.Item1);
                var bytes = Encoding.UTF8.GetBytes(text);
                var size = bytes.Length > 1000 ? example.Item2 * 10_000 : example.Item2;
                var lines = new BoundedLines(new Slow(new MemoryStream(bytes), size));
                List<string?> read = [];
                while (await lines.ReadAsync(default) is { } line)
                    read.Add(line.Bytes is { } found ? Encoding.UTF8.GetString(found.Span) : null);

                var expected = text.Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line)
                    .Select(line => Encoding.UTF8.GetByteCount(line) > BoundedLines.MaxBytes ? null : line).ToList();
                if (text.Length == 0 || text[^1] == '\n')
                    expected.RemoveAt(expected.Count - 1);
                Assert.Equal(expected, read);
                Assert.Equal(bytes.Length, lines.Position);
            });
    }

    [Fact]
    public async Task Any_bytes_are_read_or_refused()
    {
        var after = Gens.AnyText(60).Select(text => Encoding.UTF8.GetBytes(text));
        await Gen.Select(Gen.OneOf(Ann, "login,email", "{\"login\":\"", ""), Gen.OneOf(after, Gen.Byte.Array[0, 60]))
            .HoldsAsync(1500, async example =>
            {
                byte[] bytes = [.. Encoding.UTF8.GetBytes(example.Item1), (byte)'\n', .. example.Item2];
                try
                {
                    Assert.All(
                        await ReadAsync(bytes),
                        reading => Assert.True(reading.Line is null != reading.Refusal is null));
                }
                catch (UsageException)
                {
                    Assert.NotEqual(Ann, example.Item1, StringComparer.Ordinal);
                }
            });
    }

    private static Task<List<LineReading>> ReadAsync(string file) => ReadAsync(Encoding.UTF8.GetBytes(file));

    private static async Task<List<LineReading>> ReadAsync(byte[] file)
    {
        List<LineReading> readings = [];
        var opened = await ImportFile.OpenAsync(new Slow(new MemoryStream(file), 5000), default);
        await foreach (var (_, reading) in opened.ReadAsync(default))
            readings.Add(reading);
        return readings;
    }

    /// <summary>Returns a few bytes at a time, as a pipe does.</summary>
    private sealed class Slow(Stream inner, int most) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            inner.Read(buffer, offset, Math.Min(count, most));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
