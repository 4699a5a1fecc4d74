using System.CommandLine;
using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Commands;

/// <summary>
/// <c>account admin</c>: makes an account an administrator's, or takes that right. It takes it from the last one as
/// well, because the command line can give it back.
/// </summary>
internal static class AccountAdminCommand
{
    public static Command Create()
    {
        var wanted = new Argument<string>("ON").AcceptOnlyFromAmong("on", "off");
        wanted.HelpName = "on|off";
        var admin = new Command("admin", "Allows an account the administration pages, or no longer.")
        {
            AccountArgument.Login,
            wanted,
        }.WithExample("tokenauth account admin alice on");
        admin.SetAction(async (parsed, cancellation) =>
        {
            await using var scope = await CommandScope.OpenToChangeAsync(parsed);
            var account = await AccountArgument.FindAsync(scope, parsed);
            await scope.Get<Administrators>().SetAsync(
                account.Id, parsed.GetValue(wanted) == "on", from: null, by: null, cancellation);
            return 0;
        });
        return admin;
    }
}
