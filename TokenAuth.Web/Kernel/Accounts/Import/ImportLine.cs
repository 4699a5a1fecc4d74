namespace TokenAuth.Kernel.Accounts.Import;

/// <summary>A line of an import: what other software knew of an account. A missing field is null or empty.</summary>
/// <param name="Number">The number of the line in the file, from 1.</param>
internal sealed record ImportLine(long Number)
{
    public string? Login { get; init; }

    public string? Email { get; init; }

    public string? Name { get; init; }

    /// <summary>An <see cref="AccountState"/>, in any case; active if missing.</summary>
    public string? State { get; init; }

    /// <summary>A date and time by ISO 8601, or the seconds since 1970; now if missing.</summary>
    public string? Created { get; init; }

    /// <summary>The password hash. Without one, nobody can sign in until the account gets a password.</summary>
    public string? Hash { get; init; }

    public string? Scheme { get; init; }

    public string? Salt { get; init; }

    public static IReadOnlyList<string> Fields { get; } =
        ["login", "email", "name", "state", "created", "hash", "scheme", "salt"];

    /// <summary>Returns the line with a field set. The field is one of <see cref="Fields"/>.</summary>
    public ImportLine With(string field, string? value) => field switch
    {
        "login" => this with { Login = value },
        "email" => this with { Email = value },
        "name" => this with { Name = value },
        "state" => this with { State = value },
        "created" => this with { Created = value },
        "hash" => this with { Hash = value },
        "scheme" => this with { Scheme = value },
        "salt" => this with { Salt = value },
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };
}

/// <summary>A line that was not imported.</summary>
internal sealed record RefusedLine(long Number, string Reason);
