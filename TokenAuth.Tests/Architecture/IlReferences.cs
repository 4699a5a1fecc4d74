using System.Reflection;
using System.Reflection.Emit;

namespace TokenAuth.Tests.Architecture;

/// <summary>
/// Lists the members that a method's code references: calls, fields and type tokens. Constants leave no reference.
/// </summary>
internal static class IlReferences
{
    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(
        BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static IEnumerable<MemberInfo> Of(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
            yield break;
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;

        for (var at = 0; at < il.Length;)
        {
            var code = OpCodes[il[at] == 0xFE ? unchecked((short)((il[at] << 8) | il[at + 1])) : il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod
                or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(il, at), typeArguments, methodArguments)!;
            at += SizeOf(code.OperandType, il, at);
        }
    }

    private static int SizeOf(OperandType operand, byte[] il, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
        _ => 4,
    };
}
