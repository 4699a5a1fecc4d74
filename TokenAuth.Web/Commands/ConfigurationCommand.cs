using System.CommandLine;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Commands;

/// <summary>
/// <c>config check</c>: validates the configuration as the start of the server does, and prints what is in effect.
/// </summary>
internal static class ConfigurationCommand
{
    private const string ConnectionString = "ConnectionStrings:TokenAuth";

    /// <summary>Settings of the framework that are shown if they are configured.</summary>
    private static readonly string[] OtherSections =
        ["ConnectionStrings", "Kestrel", "Logging", "environment", "urls", "http_ports", "https_ports",
            "shutdownTimeoutSeconds"];

    public static Command Create() => new("config", "Looks at the configuration.") { Check() };

    private static Command Check()
    {
        var check = new Command(
            "check",
            "Validates the configuration as the server does, and prints it with the source of each value. Secrets are "
            + "hidden.")
        {
            CommandScope.Json,
        }.WithExample("tokenauth config check --json");
        check.TreatUnmatchedTokensAsErrors = false;
        check.SetAction(async (parsed, _) =>
        {
            string[] more = [.. parsed.UnmatchedTokens];
            ServeCommand.Validate(more);
            var (settings, problems) = await ReadAsync([.. CommandInvocation.Of(parsed).Settings, .. more]);
            foreach (var problem in problems)
                await parsed.InvocationConfiguration.Error.WriteLineAsync(CommandOutput.Line(problem));
            if (problems.Count == 0 || parsed.GetValue(CommandScope.Json))
            {
                CommandScope.Print(
                    parsed,
                    new
                    {
                        valid = problems.Count == 0,
                        problems,
                        settings = settings.Select(setting => new
                        {
                            name = setting.Name,
                            value = setting.Value,
                            source = setting.Source.Kind,
                            from = setting.Source.Name,
                        }),
                    },
                    string.Join(Environment.NewLine, settings.Select(Line)));
            }

            return problems.Count == 0 ? 0 : 1;
        });
        return check;
    }

    /// <summary>
    /// Builds the server without starting it. The start reports one wrong option, so this removes it from the
    /// configuration and tries again, until nothing is wrong.
    /// </summary>
    private static async Task<(List<Setting> Settings, List<string> Problems)> ReadAsync(string[] args)
    {
        List<string> problems = [];
        HashSet<string> removed = new(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            List<Setting> configured = [];
            try
            {
                await using var app = Program.Build(args, create: all =>
                {
                    var builder = Server.CreateBuilder(all);
                    if (removed.Count > 0)
                        Remove(builder.Configuration, removed);
                    configured = Configured(builder.Configuration);
                    return builder;
                });
                return (problems.Count == 0 ? InEffect(app, configured) : [], problems);
            }
            catch (SettingsException wrong)
            {
                if (removed.Add(wrong.Option))
                    problems.Add(wrong.Message);
                else if (!removed.Add("TokenAuth:Database:Provider"))
                    return ([], problems);
            }
        }
    }

    private static void Remove(ConfigurationManager configuration, HashSet<string> removed)
    {
        var rest = configuration.AsEnumerable()
            .Where(setting => !removed.Any(option =>
                setting.Key.Equals(option, StringComparison.OrdinalIgnoreCase)
                || setting.Key.StartsWith(option + ":", StringComparison.OrdinalIgnoreCase)))
            .ToList();
        ((IConfigurationBuilder)configuration).Sources.Clear();
        configuration.AddInMemoryCollection(rest);
    }

    /// <summary>Lists what is configured. The server adds its own values to the configuration later.</summary>
    private static List<Setting> Configured(ConfigurationManager configuration) =>
    [
        .. from setting in configuration.AsEnumerable().OrderBy(one => one.Key, StringComparer.OrdinalIgnoreCase)
           where setting.Value is not null
           let source = SettingSource.Of(configuration, setting.Key)
           where source is not null
           select new Setting(setting.Key, SecretSettings.Shown(setting.Key, setting.Value), source),
    ];

    /// <summary>Lists every option of the server, and the other settings that are configured.</summary>
    private static List<Setting> InEffect(WebApplication app, List<Setting> configured)
    {
        var options = app.Services.GetServices<Lifetimes>().SelectMany(one => OptionValue.Of(one.Section, one.Options));
        var own = options
            .Select(option => new Setting(
                option.Name, SecretSettings.Shown(option.Name, option.Text), SourceOf(configured, option.Name)))
            .ToList();
        var others = configured
            .Where(setting => OtherSections.Contains(setting.Name.Split(':')[0], StringComparer.OrdinalIgnoreCase)
                || setting.Name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase))
            .ToList();
        var (file, _) = Settings.ConnectionString(
            app.Configuration, app.Services.GetRequiredService<TokenAuthOptions>());
        if (!others.Exists(setting => setting.Name.Equals(ConnectionString, StringComparison.OrdinalIgnoreCase)))
            others.Insert(0, new Setting(ConnectionString, file, SettingSource.Default));
        if (app.Configuration["urls"] is { } urls
            && !others.Exists(setting => setting.Name.Equals("urls", StringComparison.OrdinalIgnoreCase)))
            others.Add(new Setting("urls", urls, SettingSource.Default));
        return [.. own, .. others];
    }

    private static SettingSource SourceOf(List<Setting> configured, string option) => configured.Find(setting =>
        setting.Name.Equals(option, StringComparison.OrdinalIgnoreCase)
        || setting.Name.StartsWith(option + ":", StringComparison.OrdinalIgnoreCase))?.Source ?? SettingSource.Default;

    private static string Line(Setting setting) =>
        CommandOutput.Line(
            $"{setting.Name} = {(string.IsNullOrEmpty(setting.Value) ? "(none)" : setting.Value)}  [{setting.Source}]");

    private sealed record Setting(string Name, string? Value, SettingSource Source);
}
