using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Tests.Dreamwidth;
using TokenAuth.Tests.Ipernity;
using TokenAuth.Tests.MediaPost;
using TokenAuth.Tests.PeopleAggregator;
using TokenAuth.Tests.Shoebox;
using TokenAuth.Tests.Wetpaint;

namespace TokenAuth.Tests.World;

/// <summary>A dialect as the tests see it that all dialects share.</summary>
/// <param name="Served">The dialect in the server.</param>
/// <param name="Address">An address of the dialect that takes a posted form.</param>
/// <param name="Faults">The dialect's tables of faults.</param>
/// <param name="OwnerOf">Returns the application that sessions belong to, or null.</param>
/// <param name="OpenSessionsAsync">
/// Opens a session of each kind at the dialect's own endpoints, and returns their texts by kind. A kind's first word is
/// the dialect's name. The sessions are Alice's, or those of the user "bob b." of the wiki.
/// </param>
internal sealed record TestDialect(
    IDialect Served,
    string Address,
    IReadOnlyList<FaultColumn> Faults,
    Func<TestWorld, App, App?> OwnerOf,
    Func<TestWorld, App, Task<IReadOnlyList<(string Kind, string Text)>>> OpenSessionsAsync)
{
    /// <summary>
    /// The dialects of the product, and a sixth that only the tests have. Every test server serves all of them.
    /// </summary>
    public static readonly IReadOnlyList<TestDialect> All =
    [
        MediaPostDialect.Tested,
        IpernityDialect.Tested,
        DreamwidthDialect.Tested,
        PeopleAggregatorDialect.Tested,
        WetpaintDialect.Tested,
        ShoeboxDialect.Tested,
    ];

    public string Name => Served.Name;

    /// <summary>True if the product has the dialect.</summary>
    public bool IsProduct => Program.Dialects.Any(dialect => dialect.GetType() == Served.GetType());

    public static TestDialect Of(string name) => All.Single(dialect => dialect.Name == name);
}

/// <summary>A table of a dialect's faults.</summary>
/// <param name="Of">Returns the code and the message of a fault.</param>
internal sealed record FaultColumn(string Name, Func<Fault, (string Code, string Message)> Of);
