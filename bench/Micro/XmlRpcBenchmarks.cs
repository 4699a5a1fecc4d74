using System.Text;
using BenchmarkDotNet.Attributes;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Bench.Micro;

/// <summary>The reader of XML-RPC calls, and the writer of its answers.</summary>
public class XmlRpcBenchmarks
{
    private static readonly byte[] Call = Encoding.ASCII.GetBytes(
        "<?xml version=\"1.0\"?><methodCall><methodName>LJ.XMLRPC.sessiongenerate</methodName><params><param><value>"
        + "<struct>"
        + "<member><name>username</name><value><string>bench</string></value></member><member><name>auth_method</name>"
        + "<value><string>clear</string></value></member>"
        + "<member><name>password</name><value><string>EqjBVrK2mT8wZx0YcL5aNfD3hUo9sGpR</string></value></member>"
        + "<member><name>expiration</name><value><string>short</string></value></member>"
        + "</struct></value></param></params></methodCall>");

    private static readonly Value.Record Answer = new(("ljsession", "v1:u1:s12:aBcDeFgHiJkLmNoPqRsTuV:gS1"));

    [Benchmark]
    public bool ReadACall() => XmlRpcReader.Read(Call).Succeeded(out _, out _);

    [Benchmark]
    public string WriteAnAnswer() => XmlRpcWriter.Response(Answer);
}
