namespace TokenAuth.Tests.Infrastructure;

internal static class Apache
{
    /// <summary>Debian's directory of modules.</summary>
    private const string Modules = "/usr/lib/apache2/modules";

    /// <param name="modules">Modules that <c>a2enmod</c> would enable.</param>
    /// <param name="files">Further files that the site refers to, by name in its directory.</param>
    /// <param name="site">Returns the virtual host for its directory and listen address.</param>
    public static Task<ProxyServer> StartAsync(
        string[] modules, IReadOnlyDictionary<string, string> files, Func<string, string, string> site) =>
        ProxyServer.StartAsync("apache2", async (directory, port) =>
        {
            var path = Path.Combine(directory, "apache2.conf");
            var loaded = string.Concat(new[] { "mpm_event", "authz_core" }.Concat(modules)
                .Select(module => $"LoadModule {module}_module {Modules}/mod_{module}.so\n"));
            foreach (var (name, text) in files)
                await File.WriteAllTextAsync(Path.Combine(directory, name), text);
            await File.WriteAllTextAsync(
                path,
                $"""
                ServerRoot {directory}
                DefaultRuntimeDir {directory}
                PidFile {directory}/pid
                ErrorLog /dev/stderr
                LogLevel crit
                ServerName localhost
                Listen 127.0.0.1:{port}
                {loaded}
                {site(directory, $"127.0.0.1:{port}")}
                """);
            return ["-X", "-f", path];
        });
}
