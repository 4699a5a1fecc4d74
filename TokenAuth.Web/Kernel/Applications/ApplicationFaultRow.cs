namespace TokenAuth.Kernel.Applications;

/// <summary>
/// A refused call of an application, for its owner. Equal faults within seconds share a row. There is no foreign key:
/// rows are written in batches, which must not fail because one application was deleted.
/// </summary>
internal sealed class ApplicationFaultRow
{
    public long Id { get; set; }

    public long ApplicationId { get; set; }

    /// <summary>The time of the last one of the faults of the row.</summary>
    public DateTimeOffset OccurredAt { get; set; }

    public required string Dialect { get; set; }

    /// <summary>The dialect's name of the method; null if the call names none that the dialect has.</summary>
    public string? Method { get; set; }

    /// <summary>The error as the dialect writes it: a number, or a word of OAuth.</summary>
    public required string Number { get; set; }

    /// <summary>A <see cref="Faults.FaultKind"/> in snake_case.</summary>
    public required string Kind { get; set; }

    /// <summary>The name of the first parameter that was wrong; null if it was none of them.</summary>
    public string? Parameter { get; set; }

    /// <summary>Tells whether a signature or a secret proved that the call came from the application.</summary>
    public bool IsProven { get; set; }

    /// <summary>The number of equal faults in the row.</summary>
    public long Count { get; set; }
}

/// <summary>
/// How often something happened to an application in an hour, on all nodes together. There is no foreign key, as for
/// <see cref="ApplicationFaultRow"/>.
/// </summary>
internal sealed class ApplicationCountRow
{
    /// <summary>The beginning of the hour.</summary>
    public DateTimeOffset Hour { get; set; }

    public long ApplicationId { get; set; }

    public required string Dialect { get; set; }

    /// <summary><c>call</c>, <c>sign_in</c>, or <c>fault</c> and the dialect's number: <c>fault 105</c>.</summary>
    public required string Kind { get; set; }

    public long Count { get; set; }
}
