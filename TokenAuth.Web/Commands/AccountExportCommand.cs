using System.CommandLine;
using TokenAuth.Kernel.Operations;

namespace TokenAuth.Commands;

/// <summary><c>account export</c>: the data of one account, as its owner can download it.</summary>
internal static class AccountExportCommand
{
    public static Command Create()
    {
        var export = new Command(
            "export", "Prints the data of an account as JSON, as its owner can download it: without secrets.")
        {
            AccountArgument.Login, CommandScope.Json,
        }.WithExample("tokenauth account export alice > alice.json");
        export.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var account = await AccountArgument.FindListedAsync(scope, parsed, cancellation);
            await scope.Get<AccountExport>().WriteAsync(
                account.Id, parsed.InvocationConfiguration.Output, cancellation);
            return 0;
        });
        return export;
    }
}
