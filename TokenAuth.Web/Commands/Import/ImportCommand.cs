using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Import;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Commands.Import;

/// <summary><c>account import</c>: brings accounts in with the password hashes of other software.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "JSON Lines, or CSV with a header, in UTF-8; - is standard input. Fields: "
                + $"{string.Join(", ", ImportLine.Fields)}.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Checks every line and changes nothing." };
        var import = new Command(
            "import",
            "Imports accounts with the password hashes of other software. It can be stopped and run again: accounts "
            + "that are in already are skipped.")
        {
            file,
            dryRun,
            CommandScope.Json,
        }.WithExample("tokenauth account import accounts.jsonl --dry-run");
        import.SetAction((parsed, cancellation) =>
            RunAsync(parsed, parsed.GetValue(file)!, parsed.GetValue(dryRun), cancellation));
        return import;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, string file, bool dryRun, CancellationToken cancellation)
    {
        await using var stream = Open(file);
        var lines = await ImportFile.OpenAsync(stream, cancellation);
        await using var scope = await CommandScope.OpenAsync(migrate: !dryRun, mayCreate: true);
        var hasStore = !dryRun || await scope.Get<Store>().ExistsAsync();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        var output = parsed.InvocationConfiguration.Output;
        var total = stream.CanSeek ? stream.Length : (long?)null;
        var run = await CommandProgress.RunAsync(parsed, dryRun ? "Checking" : "Importing", ImportAsync);
        if (!parsed.GetValue(CommandScope.Json))
            await output.WriteLineAsync(Summary(scope, run.Report, dryRun, run.Finished));
        return run.Report.Refused == 0 && run.Finished ? 0 : 1;

        // The first signal ends the run after the accounts that are being written; a second one ends the process.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }

        async Task<(ImportReport Report, bool Finished)> ImportAsync(CommandProgress progress)
        {
            var report = new ImportReport(parsed.GetValue(CommandScope.Json) ? output : null, progress.WriteLine);
            var import = new ImportRun(
                scope.Get<AccountImport>(), report, scope.Get<TimeProvider>(),
                (done, added) => progress.Report(done, total, $"{Number(added)} accounts"));
            var finished = false;
            try
            {
                finished = await import.RunAsync(lines, dryRun, hasStore, stopping.Token);
            }
            finally
            {
                // The JSON object is whole even if the store fails.
                report.Finish(dryRun, stopped: !finished);
            }

            return (report, finished);
        }
    }

    private static Stream Open(string file)
    {
        if (file == "-")
            return Console.OpenStandardInput();
        if (file.Length == 0)
            throw new UsageException("FILE is empty");
        return Path.Exists(file)
            ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
            : throw new CommandException($"There is no file {file}.");
    }

    private static string Summary(CommandScope scope, ImportReport report, bool dryRun, bool finished)
    {
        List<string> sentences =
        [
            $"{Number(report.Added)} accounts {(dryRun ? "can be imported" : "were imported")}; "
            + $"{Number(report.Skipped)} are in already; {Number(report.Refused)} lines were refused.",
        ];
        if (report.WithoutPassword > 0)
            sentences.Add($"{Number(report.WithoutPassword)} of them have no password.");
        if (report.Wrapped > 0 && dryRun)
        {
            var time = TimeOfHash(scope) * report.Wrapped / Environment.ProcessorCount;
            sentences.Add($"{Number(report.Wrapped)} weak hashes are to be wrapped, which takes about {Words(time)} "
                + "on this machine.");
        }

        if (!finished)
            sentences.Add("The run was stopped. Run it again to go on.");
        return string.Join(' ', sentences);
    }

    private static TimeSpan TimeOfHash(CommandScope scope)
    {
        var (hasher, clock) = (scope.Get<IPasswordHasher<Account>>(), scope.Get<TimeProvider>());
        hasher.HashPassword(new Account(), "compiles the code");
        var started = clock.GetTimestamp();
        hasher.HashPassword(new Account(), "takes the time");
        return clock.GetElapsedTime(started);
    }

    private static string Words(TimeSpan time) => time.TotalSeconds < 100
        ? $"{Number((long)Math.Ceiling(time.TotalSeconds))} seconds"
        : $"{Number((long)Math.Ceiling(time.TotalMinutes))} minutes";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
