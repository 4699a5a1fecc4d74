using System.Text;
using Microsoft.AspNetCore.Http;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Tests.Kernel.XmlRpc;

/// <summary>An endpoint's introspection methods, and several calls in one.</summary>
public sealed class SystemMethodsTests
{
    private static readonly XmlRpcMethod[] Known =
        [new("a.echo", "string", "struct"), new("a.fail", "struct", "struct")];

    private readonly List<string> _ran = [];

    [Theory]
    [InlineData(
        "system.listMethods", "",
        "[string 'a.echo', string 'a.fail', string 'system.getCapabilities', string 'system.listMethods', "
        + "string 'system.methodHelp', string 'system.methodSignature', string 'system.multicall']")]
    [InlineData("system.methodSignature", "<value>a.echo</value>", "[[string 'string', string 'struct']]")]
    [InlineData("system.methodSignature", "<value>system.multicall</value>", "[[string 'array', string 'array']]")]
    [InlineData("system.methodSignature", "<value>a.fly</value>", "string 'undef'")]
    [InlineData("system.methodHelp", "<value>a.echo</value>", "string ''")]
    [InlineData("system.multicall", "<value><array><data/></array></value>", "[]")]
    public async Task An_endpoint_describes_its_methods(string method, string parameter, string expected)
    {
        Assert.Equal(expected, await AnswerAsync(method, parameter));
        Assert.Empty(_ran);
    }

    [Fact]
    public async Task An_endpoint_lists_its_capabilities() => Assert.Matches(
        @"^\{xmlrpc: .*specVersion: int '1'.*, introspection: .*, system\.multicall: .*\}$",
        await AnswerAsync("system.getCapabilities", ""));

    [Theory]
    [InlineData("system.listMethods", "<value>a</value>")]
    [InlineData("system.methodHelp", "")]
    [InlineData("system.methodHelp", "<value><struct/></value>")]
    [InlineData("system.methodSignature", "<value><array><data/></array></value>")]
    [InlineData("system.multicall", "")]
    [InlineData("system.multicall", "<value>a</value>")]
    [InlineData("system.multicall", "<value><struct/></value>")]
    [InlineData(
        "system.multicall",
        "<value><array><data/></array></value></param><param><value><array><data/></array></value>")]
    public async Task A_system_method_with_wrong_parameters_is_refused_by_the_dialect(string method, string parameter)
    {
        Assert.Equal("EnvelopeInvalid", await AnswerAsync(method, parameter));
        Assert.Equal(["EnvelopeInvalid"], _ran);
    }

    [Fact]
    public async Task Calls_run_in_order_and_each_has_its_own_answer()
    {
        var answer = await MulticallAsync(
            Call("a.echo", "<value>1</value>"), Call("a.fail"), Call(" a.echo\n", "<value>2</value><value>3</value>"),
            Call("system.listMethods"),
            "<struct><member><name>methodName</name><value>a.echo</value></member></struct>");

        Assert.Equal(["a.echo(string '1')", "a.fail()", "a.echo(string '2', string '3')", "a.echo()"], _ran);
        Assert.StartsWith(
            "[[string 'string '1''], {faultCode: int '7', faultString: string 'failed'}, "
            + "[string 'string '2', string '3''], "
            + "[[string 'a.echo', ", answer, StringComparison.Ordinal);
        Assert.EndsWith(", [string '']]", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("<array><data/></array>")]
    [InlineData("<struct/>")]
    [InlineData("<struct><member><name>methodName</name><value><struct/></value></member></struct>")]
    [InlineData("<struct><member><name>methodName</name><value><int>7</int></value></member></struct>")]
    [InlineData("<struct><member><name>methodName</name><value><double>7.5</double></value></member></struct>")]
    [InlineData(
        "<struct><member><name>methodName</name><value>a.echo</value></member>"
        + "<member><name>params</name><value>a</value></member></struct>")]
    public async Task An_invalid_call_is_refused_in_its_place(string call)
    {
        Assert.Equal("[EnvelopeInvalid, [string '']]", await MulticallAsync(call, Call("a.echo")));
        Assert.Equal(["EnvelopeInvalid", "a.echo()"], _ran);
    }

    [Fact]
    public async Task A_nested_multicall_is_passed_to_the_dialect()
    {
        await MulticallAsync(Call("system.multicall", "<value><array><data/></array></value>"), Call("a.echo"));

        Assert.Equal(["system.multicall([])", "a.echo()"], _ran);
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 1)]
    public async Task A_multicall_has_at_most_a_hundred_calls(int calls, int ran)
    {
        var answer = await MulticallAsync([.. Enumerable.Repeat(Call("a.echo"), calls)]);

        Assert.Equal(ran, _ran.Count);
        Assert.Equal(calls > 100, answer == "CallTooLarge");
    }

    /// <summary>Such as a status that says that the server did not read the body.</summary>
    [Fact]
    public async Task An_answer_that_is_not_XML_RPC_answers_the_whole_multicall()
    {
        var other = Results.StatusCode(415);
        var body = Body("system.multicall", Array(Call("a.echo"), Call("a.echo")));
        Assert.True(XmlRpcReader.Read(body).Succeeded(out var request, out _));

        Assert.Same(other, await SystemMethods.AnswerAsync(request, Known, _ =>
        {
            _ran.Add("");
            return Task.FromResult(other);
        }));
        Assert.Single(_ran);
    }

    private static string Call(string method, string parameters = "") =>
        $"<struct><member><name>methodName</name><value>{method}</value></member>"
        + $"<member><name>params</name><value><array><data>{parameters}</data></array></value></member></struct>";

    private static string Array(params string[] items) =>
        $"<value><array><data>{string.Concat(items.Select(item => $"<value>{item}</value>"))}</data></array></value>";

    private Task<string> MulticallAsync(params string[] calls) => AnswerAsync("system.multicall", Array(calls));

    private async Task<string> AnswerAsync(string method, string parameter)
    {
        Assert.True(XmlRpcReader.Read(Body(method, parameter)).Succeeded(out var request, out _));
        Assert.True(SystemMethods.Has(request.MethodName));
        var result = Assert.IsType<XmlRpcResult>(await SystemMethods.AnswerAsync(request, Known, RunAsync));
        return Shown(result.Item is Value.Repeated([var only]) ? only : result.Item);
    }

    private static byte[] Body(string method, string parameter)
    {
        var parameters = parameter.Length == 0 ? "" : $"<param>{parameter}</param>";
        return Encoding.UTF8.GetBytes(
            $"<methodCall><methodName>{method}</methodName><params>{parameters}</params></methodCall>");
    }

    /// <summary>A dialect that echoes its parameters and refuses everything else.</summary>
    private Task<IResult> RunAsync(Outcome<XmlRpcRequest> call)
    {
        var shown = XmlRpc.Shown.Of(call);
        _ran.Add(shown ?? call.Fault!.Value.Kind.ToString());
        return Task.FromResult<IResult>(
            shown is null ? XmlRpcResult.Fault("text/xml", 0, call.Fault!.Value.Kind.ToString())
            : call.Value!.MethodName == "a.echo" ? XmlRpcResult.Answer("text/xml", shown["a.echo(".Length..^1])
            : XmlRpcResult.Fault("text/xml", 7, "failed"));
    }

    private static string Shown(Value value) => value switch
    {
        Value.Text(var text) => $"string '{text}'",
        Value.Number(var number) => $"int '{number}'",
        Value.Record([("faultCode", Value.Number(0)), (_, Value.Text(var kind))]) => kind,
        Value.Record(var members) =>
            $"{{{string.Join(", ", members.Select(member => $"{member.Name}: {Shown(member.Content)}"))}}}",
        Value.Repeated(var items) => $"[{string.Join(", ", items.Select(Shown))}]",
        _ => throw new InvalidOperationException("There is no other shape."),
    };
}
