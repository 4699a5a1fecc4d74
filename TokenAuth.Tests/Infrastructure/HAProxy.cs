namespace TokenAuth.Tests.Infrastructure;

internal static class HAProxy
{
    /// <param name="files">Files that the configuration refers to, by name in its directory.</param>
    /// <param name="configuration">Returns the configuration for its directory and bind address.</param>
    public static Task<ProxyServer> StartAsync(
        IReadOnlyDictionary<string, string> files, Func<string, string, string> configuration) =>
        ProxyServer.StartAsync("haproxy", async (directory, port) =>
        {
            var path = Path.Combine(directory, "haproxy.cfg");
            foreach (var (name, text) in files)
                await File.WriteAllTextAsync(Path.Combine(directory, name), text);
            await File.WriteAllTextAsync(path, configuration(directory, $"127.0.0.1:{port}"));
            return ["-db", "-f", path];
        });
}
