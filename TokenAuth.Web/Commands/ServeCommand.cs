using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting.Systemd;
using TokenAuth.Kernel.Hosting;

namespace TokenAuth.Commands;

/// <summary>
/// <c>serve</c>, also the default without a command: runs the server. The arguments are configuration, such as
/// <c>--urls http://*:80</c>.
/// </summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var serve = new Command(
            "serve", "Runs the server (the default). Configuration follows as --Name value, such as --urls.")
        {
            TreatUnmatchedTokensAsErrors = false,
        }.WithExample("tokenauth serve --urls http://127.0.0.1:5080");
        serve.SetAction((parsed, cancellation) => RunAsync([.. parsed.UnmatchedTokens], cancellation));
        return serve;
    }

    /// <summary>Checks that the arguments are pairs of a name and a value.</summary>
    public static void Validate(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var isName = args[i].StartsWith("--", StringComparison.Ordinal) && args[i].Length > 2;
            if (!isName)
            {
                throw new UsageException(
                    $"'{args[i]}' is neither a command nor configuration such as --urls http://localhost:5080");
            }

            if (!args[i].Contains('=', StringComparison.Ordinal) && ++i == args.Length)
                throw new UsageException($"{args[i - 1]} has no value");
        }
    }

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        Validate(args);
        await using var app = Program.Build(args);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            // The default handler would end the process without draining.
            signal.Cancel = true;
            app.Lifetime.StopApplication();
        });
        await app.StartServerAsync();

        // The library's UseSystemd would replace the console's lifetime, and with it what the signals do.
        var manager = new SystemdNotifier();
        using var stopping = app.Lifetime.ApplicationStopping.Register(() => manager.Notify(ServiceState.Stopping));
        manager.Notify(ServiceState.Ready);
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }
}
