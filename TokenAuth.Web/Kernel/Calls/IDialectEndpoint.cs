using System.Text.Json;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// An endpoint of a dialect: the answer to a call, and a fault in the dialect's words. <see cref="DialectPipeline"/>
/// runs it. An endpoint object serves all calls of its addresses, so it has no state of a single call.
/// </summary>
internal interface IDialectEndpoint
{
    /// <summary>The dialect's name in metrics and traces.</summary>
    string Dialect { get; }

    /// <summary>True if the endpoint reads the body itself, because it is not a form.</summary>
    bool ReadsBody => false;

    /// <summary>True if calls are answered during maintenance as well.</summary>
    bool AnswersInMaintenance => false;

    /// <summary>Answers a call, or returns the fault that refuses it.</summary>
    ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation);

    /// <summary>Writes a fault in the dialect's words. The call is incomplete if it could not be read.</summary>
    IResult Refuse(Call call, Fault fault);

    /// <summary>Returns what the owner of the application is told of a refused call.</summary>
    FaultReport Report(Call call, Fault fault) =>
        new(Method: null, SnakeCaseName(fault.Kind), FaultReport.ParameterOf(fault));

    private static string SnakeCaseName(FaultKind kind) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
