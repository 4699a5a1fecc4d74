using Mono.Cecil;

namespace TokenAuth.Tests.Architecture;

/// <summary>Lists what compiled code references. Constants and <c>nameof</c> leave no reference.</summary>
internal static class References
{
    /// <summary>The types in a type's bases, members, signatures, attributes and code.</summary>
    public static IReadOnlyList<TypeReference> Of(TypeDefinition type) =>
        [.. Direct(type).SelectMany(Parts).DistinctBy(used => used.FullName, StringComparer.Ordinal)];

    /// <summary>The calls, fields and type tokens in a method's code.</summary>
    public static IEnumerable<MemberReference> Of(MethodDefinition method) =>
        method.Body?.Instructions.Select(instruction => instruction.Operand).OfType<MemberReference>() ?? [];

    private static IEnumerable<TypeReference?> Direct(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. Constraints(type),
        .. Attributes(type),
        .. type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)),
        .. type.Properties.SelectMany(property => Attributes(property).Append(property.PropertyType)),
        .. type.Events.SelectMany(happening => Attributes(happening).Append(happening.EventType)),
        .. type.Methods.SelectMany(Direct),
    ];

    private static IEnumerable<TypeReference?> Direct(MethodDefinition method) =>
    [
        .. Signature(method),
        .. Constraints(method),
        .. Attributes(method),
        .. method.Parameters.SelectMany(Attributes),
        .. method.Body?.Variables.Select(variable => variable.VariableType) ?? [],
        .. method.Body?.ExceptionHandlers.Select(handler => handler.CatchType) ?? [],
        .. Of(method).SelectMany(Named),
    ];

    private static IEnumerable<TypeReference> Named(MemberReference member) => member switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method => [method.DeclaringType, .. Signature(method)],
        _ => [],
    };

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. (method as GenericInstanceMethod)?.GenericArguments ?? [],
    ];

    private static IEnumerable<TypeReference> Constraints(IGenericParameterProvider generic) =>
        generic.GenericParameters.SelectMany(parameter => parameter.Constraints)
            .Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider member) =>
        member.CustomAttributes.SelectMany(
            attribute => attribute.ConstructorArguments
                .Concat(attribute.Properties.Select(property => property.Argument))
                .Select(argument => argument.Value).OfType<TypeReference>()
                .Append(attribute.AttributeType));

    /// <summary>Takes array, generic and nested types apart.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.Append(generic.ElementType).SelectMany(Parts),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type, .. Parts(type.DeclaringType)],
    };
}
