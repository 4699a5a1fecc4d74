using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Mail;

namespace TokenAuth.Admin;

/// <summary>
/// <c>/admin/mail</c>: the messages that wait to be sent, without their texts and recipients, which only the sender
/// decrypts.
/// </summary>
internal sealed class MailModel(MailQueue queue) : PageModel
{
    public const int MaxRows = 100;

    public IReadOnlyList<ListedMail> Waiting { get; private set; } = [];

    public bool IsOn => queue.IsOn;

    /// <summary>The outcome of the last action.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) =>
        Waiting = await queue.ListAsync(MaxRows, cancellation);

    public async Task<IActionResult> OnPostRetryAsync(long id, CancellationToken cancellation) => Done(
        await queue.RetryAsync(id, cancellation)
            ? "The message will be sent in a moment."
            : "That message was already sent or dropped, or is being sent now.");

    public async Task<IActionResult> OnPostDropAsync(long id, CancellationToken cancellation) => Done(
        await queue.DropAsync(id, cancellation)
            ? "The message was dropped."
            : "That message was already sent or dropped.");

    private LocalRedirectResult Done(string notice)
    {
        Notice = notice;
        return LocalRedirect(Request.Path);
    }
}
