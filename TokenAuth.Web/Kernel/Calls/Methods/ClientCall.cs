namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>An application as its client knows it.</summary>
internal sealed record ClientKeys(string ApiKey, string Secret, bool IsDesktop)
{
    /// <summary>Hides the secret from logs and debuggers.</summary>
    public override string ToString() => ApiKey;
}

/// <summary>A session as its client knows it.</summary>
/// <param name="Secret">The session's own secret; null if it has none.</param>
internal sealed record ClientSession(string Text, string? Secret = null)
{
    /// <summary>Hides the session from logs and debuggers.</summary>
    public override string ToString() => "session";
}

/// <summary>What a client puts into a call.</summary>
/// <param name="Values">The values of the method's parameters. Those that are missing or empty are not sent.</param>
/// <param name="Origin">The origin that the client calls, such as <c>https://auth.example.org</c>.</param>
/// <param name="Now">The client's clock.</param>
/// <param name="Nonce">A text that the client has not used before.</param>
internal sealed record ClientCall(
    IReadOnlyDictionary<string, string> Values, string Origin, DateTimeOffset Now, string Nonce)
{
    /// <summary>The calling application; null if the dialect's callers are accounts.</summary>
    public ClientKeys? Application { get; init; }

    /// <summary>The session to call with; null for none.</summary>
    public ClientSession? Session { get; init; }

    /// <summary>Returns a value, or null if it is missing or empty.</summary>
    public string? this[string name] => Values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The values that are sent, in the order of the method's parameters.</summary>
    public IEnumerable<(string Name, string Value)> Sent(MethodPage page) =>
        from parameter in page.Parameters
        where parameter.Source != ParameterSource.Client
        let value = this[parameter.Name]
        where value is not null
        select (parameter.Name, value);
}
