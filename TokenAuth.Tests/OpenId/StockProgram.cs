using System.Diagnostics;
using System.Text.Json;
using TokenAuth.Tests.Documentation;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.OpenId;

/// <summary>
/// A program of <c>OpenId/Data</c> with a library that nobody here wrote. It prints each address that the person opens,
/// reads where the browser was sent to, and prints its result as JSON at the end.
/// </summary>
internal static class StockProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The directory of the npm packages, which test.sh installs.</summary>
    public static string NodeModules => Page.PathOf("../artifacts/tools/openid-client/node_modules");

    /// <summary>Finds Node.js with the npm packages, or skips the test.</summary>
    public static string NeedNode()
    {
        Tool.NeedFile(Path.Combine(NodeModules, "openid-client", "package.json"), "openid-client (see test.sh)");
        return Tool.Need("node");
    }

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "OpenId", "Data", file);

    /// <param name="person">Opens an address, and returns the one that the browser was sent to.</param>
    public static async Task<JsonElement> RunAsync(
        string program, string[] arguments, IReadOnlyDictionary<string, string> environment,
        Func<string, Task<string>> person)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["NODE_MODULES"] = NodeModules;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var last = "";
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            last = line;
            if (line.StartsWith("https://", StringComparison.Ordinal))
                await process.StandardInput.WriteLineAsync(await person(line));
        }

        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}\n{last}\n{await errors}");
        return JsonDocument.Parse(last).RootElement;
    }

    /// <summary>Opens an address, presses Allow if the person is asked, and returns where the browser goes.</summary>
    public static Func<string, Task<string>> PersonIn(FormBrowser browser) => async address =>
    {
        var page = await browser.GetAsync(address);
        if (!page.IsRedirect)
            page = await browser.PressAsync(address, "allow");
        Assert.True(page.IsRedirect, page.Html);
        return page.Location!.OriginalString;
    };
}
