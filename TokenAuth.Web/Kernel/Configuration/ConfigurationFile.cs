using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace TokenAuth.Kernel.Configuration;

/// <summary>
/// The operator's own configuration file. It is apart from the program's files, which an upgrade replaces. It overrides
/// <c>appsettings.json</c>; environment variables and arguments override it.
/// </summary>
internal static class ConfigurationFile
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "TOKENAUTH_CONFIG";

    /// <summary>Adds the file, if the variable names one.</summary>
    /// <exception cref="SettingsException">The file cannot be read, or the path is not absolute.</exception>
    public static void AddTo(IConfigurationManager configuration)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
            AddTo(configuration, file);
    }

    /// <summary>Adds the file below environment variables and arguments, and above all other files.</summary>
    /// <exception cref="SettingsException">The file cannot be read, or the path is not absolute.</exception>
    public static void AddTo(IConfigurationManager configuration, string file)
    {
        if (!Path.IsPathFullyQualified(file))
            throw new SettingsException(Variable, $"\"{file}\" is not an absolute path");
        var last = configuration.Sources.Select((source, index) => (source, index))
            .LastOrDefault(pair => pair.source is JsonConfigurationSource, (null!, -1)).index;
        var source = new JsonConfigurationSource { Path = file, Optional = false };
        source.ResolveFileProvider();
        try
        {
            configuration.Sources.Insert(last + 1, source);

            // The framework reads these before all files, so a file would override ASPNETCORE_URLS.
            configuration.Sources.Insert(
                last + 2, new EnvironmentVariablesConfigurationSource { Prefix = "ASPNETCORE_" });
        }
        catch (Exception unreadable) when (unreadable
            is IOException
            or UnauthorizedAccessException
            or InvalidDataException)
        {
            throw new SettingsException(Variable, Reason(file, unreadable));
        }
    }

    /// <summary>The framework's message for a missing file has two sentences and an empty line.</summary>
    private static string Reason(string file, Exception unreadable) => unreadable switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"there is no file {file}",
        InvalidDataException => $"{file} is not JSON: {unreadable.GetBaseException().Message}",
        _ => unreadable.Message,
    };
}
