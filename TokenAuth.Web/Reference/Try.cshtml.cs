using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Reference;

/// <summary>
/// <c>/docs/{dialect}/{method}/try</c>: calls a method for the person who is signed in, with an application of their
/// own, and shows the request and the answer.
/// </summary>
[Authorize]
[EnglishPage]
internal sealed class TryModel(ServedDialects dialects, DeveloperApplications applications, TrialRun run, ServerUrl url)
    : PageModel
{
    public DocumentedDialect Dialect { get; private set; } = null!;

    public MethodPage Method { get; private set; } = null!;

    public IReadOnlyList<Application> Applications { get; private set; } = [];

    /// <summary>The parameters that the form has a field for.</summary>
    public IEnumerable<CallParameter> Fields => Method.Parameters.Where(parameter =>
        parameter.Source is ParameterSource.Typed or ParameterSource.Login or ParameterSource.Password);

    /// <summary>The origins that the call can be sent to: this page's, and that of https if it is another.</summary>
    public IReadOnlyList<string> Origins => [.. new[]
    {
        ServerUrl.OriginSeen(Request) ?? "", url.Https(Request, ""),
    }.Where(origin => origin.Length > 0).Distinct(StringComparer.Ordinal)];

    /// <summary>What the form says.</summary>
    public TrialForm Form { get; private set; } = new();

    public string? Problem { get; private set; }

    /// <summary>The call that was made; null if none was.</summary>
    public Trial? Made { get; private set; }

    /// <summary>The sign-in that was made for the call; null if none was.</summary>
    public string? SignedIn { get; private set; }

    public async Task<IActionResult> OnGetAsync(string dialect, string method, CancellationToken cancellation) =>
        await FindAsync(dialect, method, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string dialect, string method, CancellationToken cancellation)
    {
        if (!await FindAsync(dialect, method, cancellation))
            return NotFound();
        Form = TrialForm.Read(Request.Form, Method);
        if (Form.ProblemOf(Dialect, Method, Applications, Origins) is { } problem)
        {
            Problem = problem;
            return Page();
        }

        var result = await run.RunAsync(
            Dialect, Method, Form, Applications.FirstOrDefault(one => one.ApiKey == Form.Application),
            User.Uid!.Value, HttpContext.CallerAddress, cancellation);
        (Made, SignedIn, Problem) = (result.Made, result.SignedIn, result.Problem);
        if (result.Wait is { } wait)
        {
            Response.SetRetryAfter(wait);
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
        }

        return Page();
    }

    /// <summary>Returns the value that a field begins with.</summary>
    public string ValueOf(CallParameter parameter) =>
        parameter.Source == ParameterSource.Password ? ""
        : Form.Values.TryGetValue(parameter.Name, out var typed) ? typed
        : parameter.Source == ParameterSource.Login ? User.Login
        : parameter.Example;

    private async Task<bool> FindAsync(string dialect, string method, CancellationToken cancellation)
    {
        if (dialects.Find(dialect) is not { } found || found.Find(method) is not { } page)
            return false;
        (Dialect, Method) = (found, page);
        if (found.Reference.NeedsApplication)
            Applications = await applications.ListAsync(User.Uid!.Value, cancellation);
        return true;
    }
}
