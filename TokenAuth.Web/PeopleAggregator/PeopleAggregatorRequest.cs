using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// A call as the dialect reads it: the method, and all of its arguments. XML-RPC takes them from a struct and checks
/// them more strictly than REST. Source: docs/dialects/peopleaggregator.md, "A token".
/// </summary>
internal sealed class PeopleAggregatorRequest
{
    private readonly Dictionary<string, string> _arguments = new(StringComparer.Ordinal);

    private PeopleAggregatorRequest(Call call, PeopleAggregatorMethod method) => (Call, Method) = (call, method);

    public Call Call { get; }

    public PeopleAggregatorMethod Method { get; }

    /// <summary>Returns one of the method's arguments.</summary>
    public string this[string argument] => _arguments[argument];

    // docs/dialects/peopleaggregator.md, "A token": over REST, further arguments are ignored.
    /// <summary>Finds the method and reads its arguments from the query or the form.</summary>
    public static Outcome<PeopleAggregatorRequest> ReadForm(Call call, string name)
    {
        if (PeopleAggregatorMethod.Find(name) is not { } method)
            return new Fault(FaultKind.MethodUnknown, name);
        if (call.Verb != method.Verb && !(HttpMethods.IsHead(call.Verb) && HttpMethods.IsGet(method.Verb)))
            return new Fault(FaultKind.VerbWrong, method.Verb);
        var request = new PeopleAggregatorRequest(call, method);
        foreach (var argument in method.Arguments)
        {
            if (call.Parameters.Any(parameter => parameter.Name.StartsWith(argument + "[", StringComparison.Ordinal)))
                return new Fault(FaultKind.ArgumentWrongType, argument);
            if (call[argument] is not { } text)
                return new Fault(FaultKind.ArgumentMissing, argument);
            // docs/dialects/peopleaggregator.md, "A token": the password is not read from the address.
            if (argument == PeopleAggregatorMethod.Password && call.Posted.All(parameter => parameter.Name != argument))
                return new Fault(FaultKind.SecretInAddress, argument);
            request._arguments[argument] = text;
        }

        return request;
    }

    // docs/dialects/peopleaggregator.md, "A token": one struct; further arguments are refused unless their names begin
    // with two underscores.
    /// <summary>Finds the method and reads its arguments, which are strings or base64, from the struct.</summary>
    public static Outcome<PeopleAggregatorRequest> ReadEnvelope(Call call, Outcome<XmlRpcRequest> read)
    {
        if (!read.Succeeded(out var sent, out var fault))
            return fault;
        if (PeopleAggregatorMethod.Find(sent.MethodName) is not { } method)
            return new Fault(FaultKind.MethodUnknown, sent.MethodName);
        var members = sent.Parameters switch
        {
            [XmlRpcValue.Struct { Members: var found }] => found,
            [XmlRpcValue.Array] => new Dictionary<string, XmlRpcValue>(StringComparer.Ordinal),
            _ => null,
        };
        if (members is null)
            return FaultKind.ArgumentsTooMany;

        var request = new PeopleAggregatorRequest(call, method);
        foreach (var argument in method.Arguments)
        {
            switch (members.GetValueOrDefault(argument))
            {
                case null:
                case XmlRpcValue.Scalar { IsTyped: false } blank when string.IsNullOrWhiteSpace(blank.Text):
                    return new Fault(FaultKind.ArgumentMissing, argument);
                case XmlRpcValue.Scalar { Type: "string" or "base64" } text:
                    request._arguments[argument] = text.Text;
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
            : request;
    }
}
