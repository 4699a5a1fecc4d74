using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// Answers REST and XML-RPC calls. XML-RPC takes its arguments from a struct and checks them more strictly. Source:
/// docs/dialects/peopleaggregator.md, "A token".
/// </summary>
internal sealed class PeopleAggregatorEndpoint(
    DialectPipeline pipeline, PeopleAggregatorMethods methods) : IXmlRpcDialect
{
    public IReadOnlyList<XmlRpcMethod> Methods { get; } =
        [.. PeopleAggregatorMethod.All.Select(method => new XmlRpcMethod(method.FullName, "struct", "struct"))];

    public bool Owns(HttpRequest request, string? methodName, ReadOnlySpan<byte> body) => true;

    /// <summary>Answers XML-RPC at <c>/api/xmlrpc.php</c>.</summary>
    public Task<IResult> HandleAsync(HttpContext context) => new SharedXmlRpcEndpoint([this]).HandleAsync(context);

    // docs/dialects/peopleaggregator.md, "Addresses": a GET or a form is REST, answered as a methodResponse.
    public Task<IResult> HandleAsync(HttpContext context, Outcome<XmlRpcRequest> read)
    {
        var isForm = context.Request.ContentType?.Contains("urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        return !HttpMethods.IsPost(context.Request.Method) || isForm
            ? RestAsync(context, AnswerFormat.XmlRpc, name: null)
            : RunAsync(context, AnswerFormat.XmlRpc, "text/xml", isEnvelope: true, _ => ReadEnvelope(read));
    }

    /// <summary>Answers REST.</summary>
    /// <param name="name">The rest of the address: the method's name, its parts joined by slashes or dots.</param>
    public Task<IResult> RestAsync(HttpContext context, AnswerFormat format, string? name) => RunAsync(
        context,
        format,
        "application/xml",
        isEnvelope: false,
        call => ReadForm(call, (name ?? "").TrimStart('/').Replace('/', '.')));

    private Task<IResult> RunAsync(
        HttpContext context,
        AnswerFormat format,
        string xmlRpcType,
        bool isEnvelope,
        Func<Call, Outcome<(PeopleAggregatorMethod Method, IReadOnlyDictionary<string, string> Arguments)>> read) =>
        pipeline.RunAsync(
            PeopleAggregatorFeature.Dialect, context,
            async call =>
            {
                if (!read(call).Succeeded(out var request, out var fault))
                    return fault;
                var answer = await methods.RunAsync(request.Method, request.Arguments, call, context.RequestAborted);
                return answer.Succeeded(out var members, out fault)
                    ? Outcome<IResult>.Of(PeopleAggregatorResult.Answer(format, members, xmlRpcType))
                    : fault;
            },
            (_, fault) => PeopleAggregatorResult.Refusal(format, fault, xmlRpcType),
            isEnvelope);

    // docs/dialects/peopleaggregator.md, "A token": over REST, further arguments are ignored.
    /// <summary>Finds the method and reads its arguments from the query or the form.</summary>
    private static Outcome<(PeopleAggregatorMethod, IReadOnlyDictionary<string, string>)> ReadForm(
        Call call, string name)
    {
        if (PeopleAggregatorMethod.Find(name) is not { } method)
            return new Fault(FaultKind.MethodUnknown, name);
        if (call.Verb != method.Verb && !(HttpMethods.IsHead(call.Verb) && HttpMethods.IsGet(method.Verb)))
            return new Fault(FaultKind.VerbWrong, method.Verb);
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in method.Arguments)
        {
            if (call.Parameters.Any(parameter => parameter.Name.StartsWith(argument + "[", StringComparison.Ordinal)))
                return new Fault(FaultKind.ArgumentWrongType, argument);
            if (call[argument] is not { } text)
                return new Fault(FaultKind.ArgumentMissing, argument);
            // docs/dialects/peopleaggregator.md, "A token": the password is not read from the address.
            if (argument == PeopleAggregatorMethod.Password && call.Posted.All(parameter => parameter.Name != argument))
                return new Fault(FaultKind.SecretInAddress, argument);
            arguments[argument] = text;
        }

        return (method, arguments);
    }

    // docs/dialects/peopleaggregator.md, "A token": one struct; further arguments are refused unless their names begin
    // with two underscores.
    /// <summary>Finds the method and reads its arguments, which are strings or base64, from the struct.</summary>
    private static Outcome<(PeopleAggregatorMethod, IReadOnlyDictionary<string, string>)> ReadEnvelope(
        Outcome<XmlRpcRequest> read)
    {
        if (!read.Succeeded(out var request, out var fault))
            return fault;
        if (PeopleAggregatorMethod.Find(request.MethodName) is not { } method)
            return new Fault(FaultKind.MethodUnknown, request.MethodName);
        var members = request.Parameters switch
        {
            [XmlRpcValue.Struct { Members: var found }] => found,
            [XmlRpcValue.Array] => new Dictionary<string, XmlRpcValue>(StringComparer.Ordinal),
            _ => null,
        };
        if (members is null)
            return FaultKind.ArgumentsTooMany;

        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in method.Arguments)
        {
            switch (members.GetValueOrDefault(argument))
            {
                case null:
                case XmlRpcValue.Scalar { IsTyped: false } blank when string.IsNullOrWhiteSpace(blank.Text):
                    return new Fault(FaultKind.ArgumentMissing, argument);
                case XmlRpcValue.Scalar { Type: "string" or "base64" } text:
                    arguments[argument] = text.Text;
                    break;
                default:
                    return new Fault(FaultKind.ArgumentWrongType, argument);
            }
        }

        var unexpected = members.Keys.FirstOrDefault(name =>
            !name.StartsWith("__", StringComparison.Ordinal)
            && !method.Arguments.Contains(name, StringComparer.Ordinal));
        return unexpected is not null
            ? new Fault(FaultKind.ArgumentUnexpected, unexpected)
            : (method, arguments);
    }
}
