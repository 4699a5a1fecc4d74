using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>An error that a method answers, for all faults with the same codes.</summary>
/// <param name="Codes">The code in each of the dialect's tables.</param>
internal sealed record MethodError(
    IReadOnlyList<string> Codes, IReadOnlyList<string> Messages, IReadOnlyList<string> Advice)
{
    /// <summary>Returns the errors of a method in the order of its faults, with the words of the dialect.</summary>
    public static IReadOnlyList<MethodError> Of(IMethodReference reference, MethodPage page) =>
    [
        .. page.Faults
            .Select(fault => (Fault: fault, Rows: reference.Errors.Select(table => table.Of(fault)).ToList()))
            .GroupBy(error => string.Join(' ', error.Rows.Select(row => row.Code)), StringComparer.Ordinal)
            .Select(group => new MethodError(
                [.. group.First().Rows.Select(row => row.Code)],
                [.. group.Select(error => error.Rows[0].Message).Distinct(StringComparer.Ordinal)],
                [.. group.Select(error => FaultAdvice.Of(error.Fault.Kind)).Distinct(StringComparer.Ordinal)])),
    ];
}
