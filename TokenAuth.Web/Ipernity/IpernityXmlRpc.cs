using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Ipernity;

/// <summary>
/// ipernity's part of <c>/api/xmlrpc</c>: the methods of its services, and unreadable requests that do not mention the
/// other dialect. Source: docs/dialects/peopleaggregator.md, "Whose words".
/// </summary>
internal sealed class IpernityXmlRpc(IpernityCheck check, IpernityMethods methods, TimeProvider clock) : IXmlRpcDialect
{
    private static readonly string[] Services = ["auth.", "test.", "api.", "user.", "account."];

    public IReadOnlyList<XmlRpcMethod> Methods { get; } =
        [.. IpernityMethod.All.Select(method => new XmlRpcMethod(method.Name, "string", "struct"))];

    public bool IsFallback => false;

    public bool Owns(HttpRequest request, string? methodName, ReadOnlySpan<byte> body) =>
        HttpMethods.IsPost(request.Method)
        && (methodName is null
            ? body.IndexOf("peopleaggregator"u8) < 0
            : Services.Any(service => methodName.StartsWith(service, StringComparison.Ordinal)));

    public IDialectEndpoint EndpointFor(HttpRequest request, Outcome<XmlRpcRequest> read) =>
        new IpernityEndpoint(Binding.XmlRpc, check, methods, clock, read);
}
