namespace TokenAuth.Kernel.Telemetry;

/// <summary>How often something happened in an hour, on all nodes together (see <see cref="HourlyCounts"/>).</summary>
internal sealed class HourlyCountRow
{
    /// <summary>The beginning of the hour.</summary>
    public DateTimeOffset Hour { get; set; }

    public required string Dialect { get; set; }

    /// <summary>A <see cref="CountKind"/> in snake_case.</summary>
    public required string Kind { get; set; }

    public long Count { get; set; }
}

/// <summary>A node that serves, as it reports itself once a minute.</summary>
internal sealed class NodeRow
{
    /// <summary>A random number of the process.</summary>
    public required string Id { get; set; }

    /// <summary>The machine's name.</summary>
    public required string Name { get; set; }

    public required string Version { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>The last run of a maintenance task, whichever process ran it.</summary>
internal sealed class MaintenanceRow
{
    /// <summary>The name of the task: <c>backup</c> or <c>sweep</c>.</summary>
    public required string Task { get; set; }

    public DateTimeOffset FinishedAt { get; set; }

    /// <summary>A short text for an operator, such as the number of deleted rows.</summary>
    public required string Detail { get; set; }
}
