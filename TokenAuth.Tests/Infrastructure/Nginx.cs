namespace TokenAuth.Tests.Infrastructure;

internal static class Nginx
{
    /// <param name="site">Returns the contents of the <c>http</c> block for the <c>listen</c> address.</param>
    public static Task<ProxyServer> StartAsync(Func<string, string> site) =>
        ProxyServer.StartAsync("nginx", async (directory, port) =>
        {
            var path = Path.Combine(directory, "nginx.conf");
            var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }
                .Select(kind => $"{kind}_temp_path {directory}/{kind};\n"));
            await File.WriteAllTextAsync(
                path,
                $$"""
                daemon off;
                master_process off;
                pid {{directory}}/pid;
                error_log stderr crit;
                events {}
                http {
                  access_log off;
                  {{temporary}}
                  {{site($"127.0.0.1:{port}")}}
                }

                """);
            return ["-c", path, "-p", directory];
        });
}
