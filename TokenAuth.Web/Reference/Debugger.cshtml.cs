using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Reference;

/// <summary>
/// <c>/docs/debugger</c>: says why the signature of a pasted request is wrong. It uses the secrets of the developer's
/// own applications and API keys, and shows none of them (docs/adr/0029-developers-pages.md).
/// </summary>
[Authorize]
[EnglishPage]
internal sealed class DebuggerModel(
    ServedDialects dialects, DeveloperApplications applications, SignatureExplainer explainer, DeveloperLimit limit,
    SecurityLog events) : PageModel
{
    /// <summary>The maximum size of the pasted text, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The dialects whose signatures can be explained.</summary>
    public IEnumerable<string> Dialects => dialects.Signing.Select(known => known.Dialect);

    public IReadOnlyList<Application> Applications { get; private set; } = [];

    /// <summary>The dialect of the request.</summary>
    public string Dialect { get; private set; } = "";

    /// <summary>The key of the chosen application; empty for the one in the request.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The pasted text.</summary>
    public string Text { get; private set; } = "";

    public string? Problem { get; private set; }

    public SigningExplanation? Explanation { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellation) =>
        Applications = await applications.ListAsync(User.Uid!.Value, cancellation);

    public async Task<IActionResult> OnPostAsync(
        string? dialect, string? application, string? request, CancellationToken cancellation)
    {
        var account = User.Uid!.Value;
        (Dialect, Key, Text) = (dialect ?? "", application ?? "", request ?? "");
        Applications = await applications.ListAsync(account, cancellation);
        if (Encoding.UTF8.GetByteCount(Text) > MaxBytes)
            (Problem, Text) = ($"The request has more than {MaxBytes / 1024} KiB.", "");
        else if (dialects.Signing.FirstOrDefault(known => known.Dialect == Dialect).Scheme is not { } scheme)
            Problem = "Choose a dialect.";
        else if (await limit.TakeAsync(DeveloperWork.Signature, account, cancellation) is { } wait)
            Refuse(wait);
        else if (await ReadAsync(cancellation) is { } call)
            await ExplainAsync(scheme, call, account, cancellation);
        return Page();
    }

    private void Refuse(TimeSpan wait)
    {
        Problem = $"At most {DeveloperLimit.PerWindow} requests can be explained in ten minutes. Wait.";
        Response.SetRetryAfter(wait);
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
    }

    private async Task<Call?> ReadAsync(CancellationToken cancellation)
    {
        var (pasted, problem) = PastedRequest.Read(Text.ReplaceLineEndings("\n"));
        var call = (Call?)null;
        if (pasted is not null)
            (call, problem) = await pasted.ToCallAsync(cancellation);
        Problem = problem;
        return call;
    }

    private async Task ExplainAsync(
        ISigningScheme scheme, Call call, long account, CancellationToken cancellation)
    {
        (Explanation, var application) = await explainer.ExplainAsync(
            scheme, call, Key.Length > 0 ? Key : null, Applications, onlyOf: account, cancellation);
        events.Add(new SecurityEvent(
            EventKind.SignatureExplained, account, application?.Id, Dialect, HttpContext.CallerAddress));
    }
}
