using BenchmarkDotNet.Attributes;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Bench.Micro;

/// <summary>One answer of auth.checkToken in each format.</summary>
public class WriterBenchmarks
{
    private static readonly Value.Record Permissions = new(
        ("doc", new Value.Attribute("write")), ("blog", new Value.Attribute("read")),
        ("network", new Value.Attribute("none")),
        ("profile", new Value.Attribute("none")), ("post", new Value.Attribute("none")));

    private static readonly Value.Record Answer = new(
        ("auth", new Value.Record(
            ("token", "1-6a979d3aa72f7e4ee5e64bde08b16928"), ("permissions", Permissions), ("perms", Permissions),
            (
                "user",
                new Value.Record(
                    ("user_id", new Value.Attribute("42")), ("username", new Value.Attribute("bench")),
                    ("realname", new Value.Attribute("Bench & Co")))))),
        ("api", new Value.Record(("status", new Value.Attribute("ok")), ("at", new Value.Attribute("1208733600")))));

    [Benchmark]
    public string Json() => JsonFormat.Write(Answer);

    [Benchmark]
    public string Php() => PhpFormat.Write(Answer);

    [Benchmark]
    public string Xml() => XmlFormat.Compact(Answer.Members);
}
