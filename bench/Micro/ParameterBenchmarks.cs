using System.Text;
using BenchmarkDotNet.Attributes;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Bench.Micro;

/// <summary>The reader of queries and forms.</summary>
public class ParameterBenchmarks
{
    private static readonly byte[] Plain = Encoding.ASCII.GetBytes(
        "api_key=b1bd7e18574ae0731effba4cd2cef6f8&auth_token=1-6a979d3aa72f7e4ee5e64bde08b16928&"
        + "api_sig=27b6055a1905e552e3ebdc5930e875f1");

    private static readonly byte[] Escaped = Encoding.ASCII.GetBytes(
        "status=caf%C3%A9+au+lait&title=%22100%25%22&place=M%FCnchen");

    private readonly List<Parameter> _into = new(8);

    [Benchmark]
    public int ThreePlainParameters() => Decode(Plain);

    [Benchmark]
    public int ThreeEscapedParameters() => Decode(Escaped);

    private int Decode(byte[] text)
    {
        _into.Clear();
        FormDecoder.TryDecode(text, _into, most: 200);
        return _into.Count;
    }
}
