using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.XmlRpc;

namespace TokenAuth.Tests.Kernel.XmlRpc;

/// <summary>Formats a read request as one line of text.</summary>
internal static class Shown
{
    /// <summary>Null if the body was refused.</summary>
    public static string? Of(Outcome<XmlRpcRequest> read) =>
        read.Succeeded(out var request, out _)
            ? $"{request.MethodName}({string.Join(", ", request.Parameters.Select(Of))})"
            : null;

    private static string Of(XmlRpcValue value) => value switch
    {
        XmlRpcValue.Scalar scalar => $"{scalar.Type} '{scalar.Text}'",
        XmlRpcValue.Struct members =>
            $"{{{string.Join(", ", members.Members.Select(member => $"{member.Key}: {Of(member.Value)}"))}}}",
        XmlRpcValue.Array array => $"[{string.Join(", ", array.Items.Select(Of))}]",
        XmlRpcValue.Nil => "nil",
        _ => "malformed",
    };
}
