using System.Diagnostics;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Login.Upstream;

/// <summary>
/// node-oidc-provider, which nobody here wrote, with its own pages. test.sh installs it from npm, in the versions of
/// <c>Data/package-lock.json</c>.
/// </summary>
internal sealed class NodeProvider : IAsyncDisposable
{
    private const string Packages = "artifacts/tools/oidc-provider";

    private readonly Process _process;

    private NodeProvider(Process process, string issuer) => (_process, Issuer) = (process, issuer);

    public string Issuer { get; }

    public string[] Settings =>
    [
        $"--TokenAuth:Upstream:Issuer={Issuer}", $"--TokenAuth:Upstream:ClientId={TestProvider.ClientId}",
        $"--TokenAuth:Upstream:ClientSecret={TestProvider.Secret}", "--TokenAuth:Upstream:Name=Example ID",
    ];

    /// <summary>Starts it, or skips the test if node or its packages are missing.</summary>
    /// <param name="redirect">The redirect URL of the server.</param>
    public static async Task<NodeProvider> StartAsync(string redirect)
    {
        var node = Tool.Need("node");
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "TokenAuth.sln")))
            root = root.Parent;
        var packages = Path.Combine(root?.FullName ?? "", Packages);
        Tool.NeedFile(Path.Combine(packages, "node_modules", "oidc-provider", "package.json"), "oidc-provider");

        // Node looks for packages beside the script.
        var script = Path.Combine(packages, "provider.mjs");
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "Login", "Upstream", "Data", "provider.mjs"), script, overwrite: true);
        var port = Tool.FreePort();
        var process = Process.Start(new ProcessStartInfo(node, [script, port.ToString(), redirect])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = packages,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
                return new NodeProvider(process, $"http://127.0.0.1:{port}");
        }

        throw new InvalidOperationException("The provider did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
