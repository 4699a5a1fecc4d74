namespace TokenAuth.Tests.Infrastructure;

internal static class Caddy
{
    /// <param name="site">Returns the site for its address.</param>
    public static Task<ProxyServer> StartAsync(Func<string, string> site) =>
        ProxyServer.StartAsync("caddy", async (directory, port) =>
        {
            var path = Path.Combine(directory, "Caddyfile");
            await File.WriteAllTextAsync(path, $"{{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}}\n{site($":{port}")}");
            return ["run", "--config", path, "--adapter", "caddyfile"];
        });
}
