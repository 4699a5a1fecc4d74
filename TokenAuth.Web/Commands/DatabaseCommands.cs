using System.CommandLine;
using System.Data.Common;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.PostgreSql;

namespace TokenAuth.Commands;

internal static class DatabaseCommands
{
    public static Command Create() => new("db", "Maintains the store.")
    {
        Migrate(),
        Check(),
        Backup(),
        Copy(),
        Rewrap(),
    };

    private static Command Migrate()
    {
        var migrate = new Command("migrate", "Migrates the schema. The server also does this when it starts.")
            .WithExample("tokenauth db migrate");
        migrate.SetAction(async (parsed, _) =>
        {
            await using var scope = await CommandScope.OpenAsync(mayCreate: true, parsed: parsed);
            return 0;
        });
        return migrate;
    }

    private static Command Check()
    {
        var check = new Command("check", "Checks the store for damage, missing migrations and a wrong wrapping key.")
            .WithExample("tokenauth db check");
        check.SetAction(async (parsed, cancellation) =>
        {
            // Reads all of the server's options, including those that no command needs.
            await using var server = Program.Build(CommandInvocation.Of(parsed).Settings);
            await using var scope = await CommandScope.OpenAsync(migrate: false, parsed: parsed);
            var findings = await scope.Get<Store>().CheckAsync(cancellation);
            if (findings.Count > 0)
                throw new CommandException(string.Join("; ", findings));
            if (!await scope.Get<KeyRing>().OpensAsync())
            {
                throw new CommandException(
                    "the key ring was wrapped by another key than the configured one: its secrets cannot be read");
            }

            await parsed.InvocationConfiguration.Output.WriteLineAsync("The store is in order.");
            return 0;
        });
        return check;
    }

    private static Command Copy()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A SQLite store or a backup of one, with an up-to-date schema.",
        };
        var copy = new Command(
            "copy",
            "Copies a SQLite store into the configured PostgreSQL store, which must be empty. Copies all or nothing.")
        {
            file,
            CommandScope.Json,
        }.WithExample("tokenauth db copy /var/lib/tokenauth/tokenauth.db");
        copy.SetAction(async (parsed, cancellation) =>
        {
            var source = FileOf(parsed, file);
            await using var scope = await CommandScope.OpenAsync(migrate: false, mayCreate: true, parsed: parsed);
            if (scope.Get<Store>() is not PostgreSqlStore target)
            {
                throw new CommandException(
                    "TokenAuth:Database:Provider is not PostgreSql: there is nowhere to copy to.");
            }

            var copier = new SqliteToPostgreSqlCopy(target, scope.Get<WrappingKey>());
            var rows = await CommandProgress.RunAsync(
                parsed,
                "Copying",
                progress => copier.FromAsync(source, (done, total) => progress.Report(done, total), cancellation));
            var lines = rows.Select(table => $"{table.Value,10}  {table.Key}");
            CommandScope.Print(parsed, new { rows }, string.Join(Environment.NewLine, lines));
            return 0;
        });
        return copy;
    }

    private static Command Rewrap()
    {
        var key = new Option<bool>("--key-stdin")
        {
            Description = "The new key, 32 bytes in base64, is the first line of standard input.",
        };
        var rewrap = new Command(
            "rewrap", "Wraps the key ring with a new wrapping key. Configure that key before the server starts again.")
        {
            key,
            CommandScope.Json,
        }.WithExample("tokenauth db rewrap --key-stdin < new.key");
        rewrap.SetAction(async (parsed, cancellation) =>
        {
            if (!parsed.GetValue(key))
            {
                throw new UsageException(
                    "Option '--key-stdin' is required: a key is never an argument, which others could see.");
            }

            var successor = await CommandInvocation.Of(parsed).Input.ReadLineAsync(cancellation) ?? "";
            if (!KeyRingOptions.IsKey(successor))
                throw new UsageException($"The key is {WrappingKey.Bytes} bytes in base64.");
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var keys = await scope.Get<KeyRing>().RewrapAsync(WrappingKey.Of(successor), cancellation);
            CommandScope.Print(
                parsed, new { keys }, "The key ring is wrapped by the new key. Configure it now, on every node.");
            return 0;
        });
        return rewrap;
    }

    private static Command Backup()
    {
        var file = new Argument<string>("FILE") { Description = "A new file. An existing file is not overwritten." };
        var backup = new Command("backup", "Writes a consistent copy of the store while the server runs.") { file }
            .WithExample("tokenauth db backup /var/backups/tokenauth.db");
        backup.SetAction(async (parsed, cancellation) =>
        {
            var target = FileOf(parsed, file);
            if (Path.Exists(target))
                throw new CommandException($"{target} is there already.");
            await using var scope = await CommandScope.OpenAsync(migrate: false, parsed: parsed);
            return await CommandProgress.RunAsync(
                parsed,
                "Copying",
                async progress =>
                {
                    await scope.Get<Store>().BackupAsync(
                        target, (done, total) => progress.Report(done, total), cancellation);
                    await NoteAsync(scope.Get<MaintenanceLog>(), cancellation);
                    return 0;
                });
        });
        return backup;
    }

    /// <summary>Records the time of a backup, for the administration pages. The backup is good without it.</summary>
    private static async Task NoteAsync(MaintenanceLog maintenance, CancellationToken cancellation)
    {
        try
        {
            await maintenance.FinishedAsync(MaintenanceLog.Backup, "by db backup", cancellation);
        }
        catch (DbException)
        {
            // The store cannot be written now, or its schema is of an earlier version.
        }
    }

    private static string FileOf(ParseResult parsed, Argument<string> file) =>
        parsed.GetValue(file) is { Length: > 0 } path
            ? Path.GetFullPath(path)
            : throw new UsageException("FILE is empty");
}
