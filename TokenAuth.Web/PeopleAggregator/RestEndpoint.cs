using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.PeopleAggregator;

/// <summary>
/// Answers REST calls in one format. The rest of the address is the method's name, its parts joined by slashes or dots.
/// Source: docs/dialects/peopleaggregator.md, "Addresses".
/// </summary>
/// <param name="prefix">The beginning of the method's name, if the address does not contain it.</param>
internal sealed class RestEndpoint(AnswerFormat format, string prefix, PeopleAggregatorMethods methods)
    : IDialectEndpoint
{
    private const string XmlRpcType = "application/xml";

    public string Dialect => PeopleAggregatorFeature.Dialect;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        var name = (prefix + call.RouteValue("name")).TrimStart('/').Replace('/', '.');
        if (!PeopleAggregatorRequest.ReadForm(call, name).Succeeded(out var request, out var fault))
            return fault;
        var answer = await request.Method.AnswerAsync(methods, request, cancellation);
        return answer.Succeeded(out var members, out fault)
            ? PeopleAggregatorResult.Answer(format, members, XmlRpcType)
            : fault;
    }

    public IResult Refuse(Call call, Fault fault) => PeopleAggregatorResult.Refusal(format, fault, XmlRpcType);
}
