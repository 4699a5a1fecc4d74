using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Developers;

/// <summary>
/// The form of an application, as a developer fills it in. The rules and their sentences are those of the commands
/// (<see cref="ApplicationRules"/>). Lists have one item a line.
/// </summary>
internal sealed class ApplicationForm
{
    /// <summary>The maximum number of characters of a field that has a list.</summary>
    public const int MaxListText = 20_000;

    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);

    public string Name { get; private init; } = "";

    public ApplicationKind? Kind { get; private init; }

    public string Callback { get; private init; } = "";

    public string HomePage { get; private init; } = "";

    public string Redirects { get; private init; } = "";

    public string SignOutRedirects { get; private init; } = "";

    public bool IsPublic { get; private init; }

    public string Networks { get; private init; } = "";

    public string Namespaces { get; private init; } = "";

    public string Quota { get; private init; } = "";

    /// <summary>Tells whether the application is registered with this form.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Tells whether an administrator has approved the name and the namespaces, which then stay.</summary>
    public bool IsFixed { get; init; }

    /// <summary>What is wrong, by the name of the field.</summary>
    public IReadOnlyDictionary<string, string> Problems => _problems;

    /// <summary>An empty form.</summary>
    public static ApplicationForm Empty => new() { IsNew = true, Kind = ApplicationKind.Web };

    /// <summary>Reads what was sent.</summary>
    /// <param name="existing">The application that is changed; null if one is registered.</param>
    public static ApplicationForm Of(IFormCollection sent, Application? existing, bool isFixed = false)
    {
        string Text(string name) => sent[name].ToString().ReplaceLineEndings("\n").Trim();
        return new ApplicationForm
        {
            IsNew = existing is null,
            IsFixed = isFixed,
            Name = isFixed ? existing!.Name : Text("name"),
            Kind = existing?.Kind
                ?? (Enum.TryParse<ApplicationKind>(Text("kind"), ignoreCase: true, out var kind) && Enum.IsDefined(kind)
                    ? kind
                    : null),
            Callback = Text("callback"),
            HomePage = Text("home"),
            Redirects = Text("redirects"),
            SignOutRedirects = Text("signout"),
            IsPublic = existing?.IsPublic ?? sent["public"] == "1",
            Networks = Text("networks"),
            Namespaces = isFixed ? Lines(existing!.Namespaces) : Text("namespaces"),
            Quota = Text("quota"),
        };
    }

    /// <summary>Shows an application as it is.</summary>
    public static ApplicationForm Of(Application application, bool isFixed) => new()
    {
        IsFixed = isFixed,
        Name = application.Name,
        Kind = application.Kind,
        Callback = application.Callback ?? "",
        HomePage = application.HomePage ?? "",
        Redirects = Lines(application.Redirects),
        SignOutRedirects = Lines(application.SignOutRedirects),
        IsPublic = application.IsPublic,
        Networks = Lines(application.Networks),
        Namespaces = Lines(application.Namespaces),
        Quota = application.AskedQuota() is { } asked ? QuotaText.Write(asked.Calls, asked.Window) : "",
    };

    /// <summary>Returns the application to register; null if something is wrong.</summary>
    public NewApplication? Read()
    {
        var name = ApplicationRules.Name(Name);
        if (name is null)
            AddProblem("name", $"The name {ApplicationRules.NameRule}.");
        if (Kind is null)
            AddProblem("kind", "Choose a kind.");
        var input = new NewApplication(
            name ?? "", Kind.GetValueOrDefault(), Url("callback", Callback, "The callback"),
            List(
                "namespaces", Namespaces, ApplicationRules.Namespace, $"A namespace {ApplicationRules.NamespaceRule}."),
            List("networks", Networks, ApplicationRules.Network, $"\"{{0}}\" {ApplicationRules.NetworkRule}."),
            Quota: null, Nonproduction: false)
        {
            HomePage = Url("home", HomePage, "The home page"),
            OpenId = new OpenIdChange(
                List("redirects", Redirects, ApplicationRules.Redirect, $"A redirect {ApplicationRules.RedirectRule}."),
                List(
                    "signout", SignOutRedirects, ApplicationRules.Redirect,
                    $"A redirect {ApplicationRules.RedirectRule}."),
                IsPublic),
            AskedQuota = Quota.Length == 0 ? null : QuotaText.Read(Quota),
        };
        if (Quota.Length > 0 && input.AskedQuota is null)
            AddProblem("quota", $"The quota {ApplicationRules.QuotaRule}.");
        if (Kind != ApplicationKind.Oidc && (Redirects + SignOutRedirects).Length > 0)
            AddProblem("redirects", "Redirects are for applications of the kind OpenID Connect.");
        if (Kind != ApplicationKind.Oidc && IsPublic)
            AddProblem("public", "Only applications of the kind OpenID Connect can do without a secret.");
        if (!ApplicationRules.SuitsRedirects(IsPublic, input.OpenId.Redirects!))
            AddProblem("redirects", $"A redirect {ApplicationRules.WebRedirectRule}.");
        return _problems.Count == 0 ? input : null;
    }

    /// <summary>Returns what differs from the application; null if something is wrong.</summary>
    public ApplicationChange? ReadChange(Application before)
    {
        if (Read() is not { } input)
            return null;
        static string[]? Changed(string[] now, string[] was) =>
            now.SequenceEqual(was, StringComparer.Ordinal) ? null : now;
        static string? ChangedText(string? now, string? was) => now == was ? null : now ?? "";
        var asked = before.AskedQuota() is { } quota ? (quota.Calls, quota.Window) : ((long, TimeSpan)?)null;
        return new ApplicationChange(
            input.Name == before.Name ? null : input.Name,
            ChangedText(input.Callback, before.Callback),
            Changed(input.Namespaces, before.Namespaces),
            Changed(input.Networks, before.Networks))
        {
            HomePage = ChangedText(input.HomePage, before.HomePage),
            AskedQuota = input.AskedQuota == asked ? null : input.AskedQuota ?? (0, TimeSpan.Zero),
            OpenId = new OpenIdChange(
                Changed(input.OpenId.Redirects!, before.Redirects),
                Changed(input.OpenId.SignOutRedirects!, before.SignOutRedirects)),
            AsksAgain = before is { Enabled: false, DisabledFor: DisabledReason.Refused },
        };
    }

    /// <summary>Adds what the store found wrong.</summary>
    public void AddProblem(string field, string problem) => _problems.TryAdd(field, problem);

    private string? Url(string field, string text, string what)
    {
        if (text.Length == 0)
            return null;
        var url = ApplicationRules.Url(text);
        if (url is null)
            AddProblem(field, $"{what} {ApplicationRules.UrlRule}.");
        return url;
    }

    private string[] List(string field, string text, Func<string, string?> read, string problem)
    {
        var items = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal).ToArray();
        if (items.Length > ApplicationRules.MaxListLength)
            AddProblem(field, $"There can be {ApplicationRules.MaxListLength} lines at most.");
        else if (Array.Find(items, item => read(item) is null) is { } wrong)
            AddProblem(field, problem.Replace("{0}", wrong, StringComparison.Ordinal));
        else
            return Array.ConvertAll(items, item => read(item)!);
        return [];
    }

    private static string Lines(string[] items) => string.Join('\n', items);
}
