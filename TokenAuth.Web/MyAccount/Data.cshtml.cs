using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.MyAccount;

/// <summary><c>/account/data</c>: sends the person everything that the store has about them.</summary>
[Authorize]
internal sealed class DataModel(AccountExport export, DownloadLimit limit, FreshProof proof, Texts texts) : PageModel
{
    private const string AntiforgeryField = "__RequestVerificationToken";

    public string? Problem { get; private set; }

    /// <summary>The next step after a proof.</summary>
    [TempData]
    public string? Notice { get; set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await proof.RequireAsync(this, cancellation, texts["To download your data, confirm that it is you."])
            is { } question)
            return question;

        // A file as the answer to the proof's form would leave that form in the window, so the person comes back here
        // first. This page's own form has no fields.
        if (Request.Form.Keys.Any(name => name != AntiforgeryField))
        {
            Notice = texts["Thank you. You can download your data now."];
            return LocalRedirect("/account/data");
        }

        if (await limit.TakeAsync(User.Uid!.Value, cancellation) is { } wait)
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Response.SetRetryAfter(wait);
            Problem = texts["You have downloaded your data several times within an hour. Try again later."];
            return Page();
        }

        return new DownloadResult(export, User.Uid!.Value, export.FileName(User.Login));
    }

    /// <summary>
    /// Writes the file while it is read. If the store fails, the connection ends, so that the browser reports a failed
    /// download.
    /// </summary>
    private sealed class DownloadResult(AccountExport export, long account, string fileName) : ActionResult
    {
        public override async Task ExecuteResultAsync(ActionContext context)
        {
            var response = context.HttpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.Headers.ContentDisposition =
                new ContentDispositionHeaderValue("attachment") { FileName = fileName }.ToString();
            await using var output = new StreamWriter(
                response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16 * 1024);
            await export.WriteAsync(account, output, context.HttpContext.RequestAborted);
        }
    }
}
