using System.Reflection;

namespace TokenAuth.Tests.Architecture;

/// <summary>Lists the types that a type references: bases, members, signatures, attributes and code.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Static | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    public static IReadOnlySet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        Add(found, type.BaseType);
        AddAll(found, type.GetInterfaces());
        AddAttributes(found, type);
        foreach (var parameter in type.GetGenericArguments())
            AddAll(found, parameter.IsGenericParameter ? parameter.GetGenericParameterConstraints() : []);
        foreach (var member in type.GetMembers(Declared))
        {
            AddAttributes(found, member);
            AddMember(found, member);
        }

        return found;
    }

    private static void AddMember(HashSet<Type> found, MemberInfo member)
    {
        switch (member)
        {
            case FieldInfo field:
                Add(found, field.FieldType);
                break;
            case PropertyInfo property:
                Add(found, property.PropertyType);
                break;
            case EventInfo happening:
                Add(found, happening.EventHandlerType);
                break;
            case MethodBase method:
                AddSignature(found, method);
                foreach (var parameter in method.GetParameters())
                    AddAttributes(found, parameter.GetCustomAttributesData());
                AddAll(found, method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? []);
                AddAll(
                    found,
                    method.GetMethodBody()?.ExceptionHandlingClauses
                        .Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause)
                        .Select(clause => clause.CatchType) ?? []);
                foreach (var named in IlReferences.Of(method))
                    AddNamed(found, named);
                break;
        }
    }

    private static void AddNamed(HashSet<Type> found, MemberInfo named)
    {
        Add(found, named as Type ?? named.DeclaringType);
        if (named is FieldInfo field)
            Add(found, field.FieldType);
        if (named is MethodBase method)
            AddSignature(found, method);
    }

    private static void AddSignature(HashSet<Type> found, MethodBase method)
    {
        Add(found, (method as MethodInfo)?.ReturnType);
        AddAll(found, method.GetParameters().Select(parameter => parameter.ParameterType));
        if (method.IsGenericMethod)
            AddAll(found, method.GetGenericArguments());
    }

    private static void AddAttributes(HashSet<Type> found, MemberInfo member) =>
        AddAttributes(found, member.GetCustomAttributesData());

    private static void AddAttributes(HashSet<Type> found, IList<CustomAttributeData> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add(found, attribute.AttributeType);
            AddAll(
                found,
                attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue))
                    .Select(argument => argument.Value).OfType<Type>());
        }
    }

    private static void AddAll(HashSet<Type> found, IEnumerable<Type?> types)
    {
        foreach (var type in types)
            Add(found, type);
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        while (type is { HasElementType: true })
            type = type.GetElementType();
        if (type is null || type.IsGenericParameter)
            return;
        if (type.IsConstructedGenericType)
        {
            AddAll(found, type.GetGenericArguments());
            type = type.GetGenericTypeDefinition();
        }

        found.Add(type);
        Add(found, type.DeclaringType);
    }
}
