using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Tests.Kernel.XmlRpc;

/// <summary>A request that was read, as one line of text.</summary>
internal static class Shown
{
    public static string? Of(XmlRpcRequest? request) =>
        request is null ? null : $"{request.MethodName}({string.Join(", ", request.Parameters.Select(Of))})";

    private static string Of(XmlRpcValue value) => value switch
    {
        XmlRpcValue.Scalar scalar => $"{scalar.Type} '{scalar.Text}'",
        XmlRpcValue.Struct members => $"{{{string.Join(", ", members.Members.Select(member => $"{member.Key}: {Of(member.Value)}"))}}}",
        XmlRpcValue.Array array => $"[{string.Join(", ", array.Items.Select(Of))}]",
        _ => "nil",
    };
}
