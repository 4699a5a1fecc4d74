using System.Globalization;
using System.Text;
using TokenAuth.Kernel.Faults;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests;

/// <summary>The approved table of every fault's code in every dialect, and of the message for each code.</summary>
public sealed class FaultTableTests
{
    private static readonly Golden Files = new("");

    /// <summary>Every fault kind, and the variants about a parameter that a dialect treats differently.</summary>
    private static readonly Fault[] Rows =
    [
        .. Enum.GetValues<FaultKind>().SelectMany(kind => kind switch
        {
            FaultKind.ParameterMissing => new Fault[]
            {
                kind,
                new(kind, "community"),
                new(kind, "frob"),
                new(kind, "login"),
                new(kind, "key,ns"),
            },
            FaultKind.ParameterInvalid => [kind, new(kind, "user.email,user.role")],
            FaultKind.MethodUnknown => [kind, new(kind, "fly")],
            FaultKind.VerbWrong => [new(kind, "POST")],
            FaultKind.ArgumentMissing or FaultKind.ArgumentUnexpected or FaultKind.ArgumentWrongType =>
                [new(kind, "echoText")],
            FaultKind.SecretInAddress => [new(kind, "password")],
            FaultKind.OAuthParametersMissing => [new(kind, "%s%")],
            FaultKind.MethodUnexpected => [new(kind, "echo"), new(kind, "system.echo")],
            FaultKind.AccountClosed => [kind, new(kind, "Locked"), new(kind, "Memorial")],
            _ => [kind],
        }),
    ];

    [Fact]
    public void Every_fault_has_its_approved_code_and_message_in_every_dialect() =>
        Files.Matches(
            "faults.txt",
            Table([.. TestDialect.All.Where(dialect => dialect.IsProduct).SelectMany(dialect => dialect.Faults)]));

    [Fact]
    public void Every_golden_file_has_a_test() => Files.HasOnly(["faults.txt"]);

    /// <summary>Exceptions: ipernity's lowest codes, which each method defines, and Dreamwidth's details.</summary>
    [Fact]
    public void Each_error_code_of_a_dialect_has_one_message() =>
        Assert.All(TestDialect.All.SelectMany(dialect => dialect.Faults), column => Assert.All(
            Rows.Select(column.Of)
                .Where(error => Number(error.Code) is { } number
                    && (number >= 100 || column.Name.StartsWith("mediapost", StringComparison.Ordinal)))
                .Select(error =>
                    column.Name == "dreamwidth" && error.Message.Split(": ", 3) is [var who, var what, _]
                        ? error with { Message = $"{who}: {what}" }
                        : error)
                .Distinct()
                .GroupBy(error => error.Code, StringComparer.Ordinal),
            sentences => Assert.Single(sentences)));

    private static int? Number(string code) => int.TryParse(code, out var number) ? number : null;

    private static string Table(IReadOnlyList<FaultColumn> columns)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"fault",-40}");
        var widths = columns
            .Select(column => Rows.Select(row => column.Of(row).Code.Length).Append(column.Name.Length).Max()).ToList();
        foreach (var (column, width) in columns.Zip(widths))
            text.Append("  ").Append(column.Name.PadLeft(width));
        text.Append('\n');
        foreach (var fault in Rows)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{fault.Kind + (fault.Subject is null ? "" : $" ({fault.Subject})"),-40}");
            foreach (var (column, width) in columns.Zip(widths))
                text.Append("  ").Append(column.Of(fault).Code.PadLeft(width));
            text.Append('\n');
        }

        foreach (var (name, of) in columns)
        {
            text.Append('\n').Append(name).Append('\n');
            foreach (var (code, message) in Rows.Select(of).Distinct()
                .OrderBy(error => Number(error.Code) ?? int.MaxValue)
                .ThenBy(error => error.Code, StringComparer.Ordinal))
                text.Append($"{code,6}  {message}".TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
