namespace TokenAuth.Tests.Infrastructure;

internal static class Nginx
{
    /// <param name="site">What stands in the block <c>http</c>, given what to write after <c>listen</c>.</param>
    public static Task<ProxyServer> StartAsync(Func<string, string> site) => ProxyServer.StartAsync("nginx", async (directory, port) =>
    {
        var path = Path.Combine(directory, "nginx.conf");
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {directory}/{kind};\n"));
        await File.WriteAllTextAsync(
            path,
            $"daemon off;\nmaster_process off;\npid {directory}/pid;\nerror_log stderr crit;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{site($"127.0.0.1:{port}")}}}\n");
        return ["-c", path, "-p", directory];
    });
}
