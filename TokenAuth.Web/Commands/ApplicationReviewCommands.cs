using System.CommandLine;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.Commands;

/// <summary><c>app approve</c> and <c>app refuse</c>: decide what the owners of applications ask for.</summary>
internal static class ApplicationReviewCommands
{
    public static Command Approve()
    {
        var approve = new Command(
            "approve", "Approves what the owner of an application asks for: the registration, the logo, another quota.")
        {
            ApplicationArgument.Key, CommandScope.Json,
        }.WithExample("tokenauth app approve 0123456789abcdef0123456789abcdef");
        approve.SetAction((parsed, cancellation) => DecideAsync(
            parsed, "approved", (approval, key) => approval.ApproveAsync(key, stamp: null, default, cancellation)));
        return approve;
    }

    public static Command Refuse()
    {
        var reason = new Option<string>("--reason") { Description = "What the owner reads in the console; one line." };
        var refuse = new Command(
            "refuse", "Refuses what the owner of an application asks for. The owner may change it and ask again.")
        {
            ApplicationArgument.Key, reason, CommandScope.Json,
        }.WithExample("tokenauth app refuse 0123456789abcdef0123456789abcdef --reason \"The name is taken\"");
        refuse.SetAction((parsed, cancellation) =>
        {
            var text = parsed.GetValue(reason);
            var read = ApplicationApproval.Reason(text);
            if (text is not null && read is null)
            {
                throw new UsageException(
                    $"--reason is one line of 1 to {ApplicationApproval.MaxReasonLength} characters");
            }

            return DecideAsync(
                parsed, "refused",
                (approval, key) => approval.RefuseAsync(key, stamp: null, read, default, cancellation));
        });
        return refuse;
    }

    private static async Task<int> DecideAsync(
        ParseResult parsed, string done, Func<ApplicationApproval, string, Task<IReadOnlyList<string>?>> decide)
    {
        await using var scope = await CommandScope.OpenToChangeAsync(parsed);
        var key = parsed.GetValue(ApplicationArgument.Key)!;
        var approval = scope.Get<ApplicationApproval>();
        if (await approval.FindAsync(key, default) is null)
            throw ApplicationArgument.Unknown(key);
        var parts = await decide(approval, key)
            ?? throw new CommandException("The owner of this application asks for nothing.");
        CommandScope.Print(
            parsed, new { apiKey = key, decision = done, parts },
            CommandOutput.Line($"{string.Join(", ", parts)}: {done}."));
        return 0;
    }
}
