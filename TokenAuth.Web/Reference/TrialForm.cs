using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Methods;

namespace TokenAuth.Reference;

/// <summary>What a developer has typed into the form of a method.</summary>
internal sealed record TrialForm
{
    /// <summary>Signs in as the person of the page.</summary>
    public const string Me = "me";

    /// <summary>Uses the text of a session or a handshake.</summary>
    public const string Token = "token";

    /// <summary>Calls without a session.</summary>
    public const string Nobody = "nobody";

    /// <summary>What the name of a parameter's field begins with.</summary>
    public const string Prefix = "p.";

    private const int MaxLength = 4000;

    public string Application { get; private init; } = "";

    public string Format { get; private init; } = "";

    public string Origin { get; private init; } = "";

    /// <summary><see cref="Me"/>, <see cref="Token"/> or <see cref="Nobody"/>.</summary>
    public string Caller { get; private init; } = "";

    public string TokenText { get; private init; } = "";

    public string TokenSecret { get; private init; } = "";

    public bool IsConfirmed { get; private init; }

    public IReadOnlyDictionary<string, string> Values { get; private init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    public static TrialForm Read(IFormCollection form, MethodPage method) => new()
    {
        Application = $"{form["application"]}",
        Format = $"{form["format"]}",
        Origin = $"{form["origin"]}",
        Caller = $"{form["caller"]}",
        TokenText = $"{form["token"]}".Trim(),
        TokenSecret = $"{form["secret"]}".Trim(),
        IsConfirmed = form["confirm"] == "yes",
        Values = method.Parameters.Where(parameter => form.ContainsKey(Prefix + parameter.Name)).ToDictionary(
            parameter => parameter.Name, parameter => $"{form[Prefix + parameter.Name]}", StringComparer.Ordinal),
    };

    /// <summary>Says what is wrong with the form; null if nothing is.</summary>
    public string? ProblemOf(
        DocumentedDialect dialect, MethodPage method, IReadOnlyList<Application> applications,
        IReadOnlyList<string> origins)
    {
        if (dialect.Reference.NeedsApplication && applications.All(one => one.ApiKey != Application))
            return "Choose one of your applications.";
        if (dialect.Reference.Formats.All(format => format.Name != Format))
            return "Choose a format.";
        if (!origins.Contains(Origin, StringComparer.Ordinal))
            return "Choose an address.";
        if (method.SignedIn is { IsRequired: true } && Caller == Token && TokenText.Length == 0)
            return "Enter a token, or sign in as yourself.";
        if (Values.Values.Any(value => value.Length > MaxLength) || TokenText.Length > MaxLength)
            return $"A value has more than {MaxLength} characters.";
        return method.ChangesSomething && !IsConfirmed
            ? "This method changes something. Confirm that you want that."
            : null;
    }
}
