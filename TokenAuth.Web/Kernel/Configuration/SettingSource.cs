using System.Collections;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace TokenAuth.Kernel.Configuration;

/// <summary>Where a configured value comes from.</summary>
/// <param name="Kind"><c>file</c>, <c>environment</c>, <c>command line</c> or <c>default</c>.</param>
/// <param name="Name">The path of the file or the name of the environment variable.</param>
internal sealed record SettingSource(string Kind, string? Name = null)
{
    public static readonly SettingSource Default = new("default");

    /// <summary>The prefixes that the host removes from environment variables. The first one has precedence.</summary>
    private static readonly string[] Prefixes = ["", "ASPNETCORE_", "DOTNET_"];

    /// <summary>Kinds of connection strings, which the framework reads from variables such as this.</summary>
    private static readonly string[] ConnectionPrefixes =
        ["CUSTOMCONNSTR_", "MYSQLCONNSTR_", "POSTGRESQLCONNSTR_", "SQLCONNSTR_", "SQLAZURECONNSTR_"];

    /// <summary>Returns the source of an option, or of the first of its items; null if it is not configured.</summary>
    public static SettingSource? Of(IConfiguration configuration, string option)
    {
        var key = configuration.GetSection(option).AsEnumerable().FirstOrDefault(item => item.Value is not null).Key;
        return key is null ? null : Find((IConfigurationRoot)configuration, key);
    }

    public override string ToString() => Name is null ? Kind : $"{Kind} {Name}";

    private static SettingSource? Find(IConfigurationRoot configuration, string key)
    {
        foreach (var provider in configuration.Providers.Reverse())
        {
            if (!provider.TryGet(key, out var value) || value is null)
                continue;
            return provider switch
            {
                ChainedConfigurationProvider { Configuration: IConfigurationRoot chained } => Find(chained, key),
                FileConfigurationProvider { Source: var file } => new SettingSource("file", PathOf(file)),
                EnvironmentVariablesConfigurationProvider => new SettingSource("environment", VariableOf(key)),
                CommandLineConfigurationProvider => new SettingSource("command line"),
                _ => Default,
            };
        }

        return null;
    }

    private static string? PathOf(FileConfigurationSource file) =>
        file.Path is { } path ? file.FileProvider?.GetFileInfo(path).PhysicalPath ?? path : null;

    /// <summary>Returns the name of the environment variable, which the framework does not keep.</summary>
    private static string? VariableOf(string key)
    {
        var names = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(one => (string)one.Key);
        var wanted = Prefixes.Select(prefix => prefix + key)
            .Concat(key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase)
                ? ConnectionPrefixes.Select(prefix => prefix + key["ConnectionStrings:".Length..])
                : [])
            .ToList();
        int OrderOf(string name) => wanted.FindIndex(one => one.Equals(
            name.Replace("__", ":", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        return names
            .Select(name => (Name: name, Order: OrderOf(name)))
            .Where(found => found.Order >= 0)
            .OrderBy(found => found.Order)
            .FirstOrDefault().Name;
    }
}
