using System.Diagnostics;
using OpenTelemetry;

namespace TokenAuth.Kernel.Telemetry;

/// <summary>
/// Removes from the spans of PostgreSQL's driver what must not leave the process: the message of an exception, which
/// may repeat a parameter (<c>invalid input syntax for type bigint: "..."</c>), and addresses. The SQL text stays; it
/// is a constant and holds no values.
/// </summary>
internal sealed class StoreSpans : BaseProcessor<Activity>
{
    private const string Driver = "Npgsql";

    private static readonly string[] Removed =
        ["server.address", "server.port", "network.peer.address", "network.peer.port", "db.npgsql.connection_id"];

    /// <summary>
    /// An activity's events cannot be removed, but a listener may give their tags first. Then the activity does not add
    /// its own.
    /// </summary>
    private readonly ActivityListener _exceptions = new()
    {
        ShouldListenTo = source => source.Name == Driver,
        ExceptionRecorder = static (Activity _, Exception _, ref TagList tags) =>
        {
            tags.Add("exception.message", "");
            tags.Add("exception.stacktrace", "");
        },
    };

    public StoreSpans() => ActivitySource.AddActivityListener(_exceptions);

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != Driver)
            return;
        foreach (var tag in Removed)
            data.SetTag(tag, null);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _exceptions.Dispose();
        base.Dispose(disposing);
    }
}
