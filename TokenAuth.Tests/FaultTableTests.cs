using System.Globalization;
using System.Text;
using TokenAuth.Dreamwidth;
using TokenAuth.Ipernity;
using TokenAuth.Kernel.Faults;
using TokenAuth.MediaPost;
using TokenAuth.Tests.Infrastructure;
using IpernityDoor = TokenAuth.Ipernity.Door;

namespace TokenAuth.Tests;

/// <summary>The approved table of every fault in every dialect's numbers, and of the sentence for each number.</summary>
public sealed class FaultTableTests
{
    private static readonly Golden Files = new("");

    /// <summary>Dreamwidth's texts <c>Client</c>, where others have numbers, stand as 0.</summary>
    private static readonly (string Name, Func<Fault, (int Code, string Message)> Of)[] Columns =
    [
        ("mediapost seed", fault => MediaPostFaults.Of(Spelling.Seed, fault)),
        ("mediapost native", fault => MediaPostFaults.Of(Spelling.Native, fault)),
        ("ipernity", fault => IpernityFaults.Of(fault, IpernityDoor.Rest)),
        ("ipernity soap", fault => IpernityFaults.Of(fault, IpernityDoor.Soap)),
        ("ipernity xml-rpc", fault => IpernityFaults.Of(fault, IpernityDoor.XmlRpc)),
        ("dreamwidth", fault => (DreamwidthFaults.Of(fault).Code ?? 0, DreamwidthFaults.Of(fault).Message)),
    ];

    /// <summary>The closed list, and the faults about a parameter that a dialect treats apart.</summary>
    private static readonly Fault[] Rows =
    [
        .. Enum.GetValues<FaultKind>().SelectMany(kind => kind switch
        {
            FaultKind.ParameterMissing => new Fault[] { kind, new(kind, "community"), new(kind, "frob") },
            FaultKind.OAuthParametersMissing => [new(kind, "%s%")],
            FaultKind.MethodForeign => [new(kind, "echo"), new(kind, "system.echo")],
            FaultKind.AccountClosed => [kind, new(kind, "Locked"), new(kind, "Memorial")],
            _ => [kind],
        }),
    ];

    [Fact]
    public void Every_fault_has_the_approved_number_and_sentence_in_every_dialect() => Files.Matches("faults.txt", Table());

    [Fact]
    public void Every_golden_file_has_a_test() => Files.HasOnly(["faults.txt"]);

    /// <summary>But for ipernity's lowest numbers, which each method has for itself, and Dreamwidth's details and texts.</summary>
    [Fact]
    public void A_number_has_one_sentence() =>
        Assert.All(Columns, column => Assert.All(
            Rows.Select(column.Of).Distinct().Where(error => error.Code >= 100 || column.Name.StartsWith("mediapost", StringComparison.Ordinal))
                .Select(error => column.Name == "dreamwidth" ? error with { Message = error.Message.Split(": ", 3) is [var who, var what, _] ? $"{who}: {what}" : error.Message } : error).Distinct().GroupBy(error => error.Code),
            sentences => Assert.Single(sentences)));

    private static string Table()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"fault",-30}");
        foreach (var (name, _) in Columns)
            text.Append("  ").Append(name);
        text.Append('\n');
        foreach (var fault in Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{fault.Kind + (fault.Subject is null ? "" : $" ({fault.Subject})"),-30}");
            foreach (var (name, of) in Columns)
                text.Append("  ").Append(of(fault).Code.ToString(CultureInfo.InvariantCulture).PadLeft(name.Length));
            text.Append('\n');
        }

        foreach (var (name, of) in Columns)
        {
            text.Append('\n').Append(name).Append('\n');
            foreach (var (code, message) in Rows.Select(of).Distinct().OrderBy(error => error.Code))
                text.Append(CultureInfo.InvariantCulture, $"{code,6}  {message}\n");
        }

        return text.ToString();
    }
}
