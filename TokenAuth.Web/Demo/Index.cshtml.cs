using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenAuth.Kernel.Http;

namespace TokenAuth.Demo;

/// <summary>
/// <c>/demo</c> and <c>/demo/callback</c>: the steps of a handshake, each with its request and answer.
/// </summary>
internal sealed class IndexModel(DemoApplication application, DemoClient client) : PageModel
{
    /// <summary>The calls that this step has made.</summary>
    public IReadOnlyList<Exchange> Exchanges { get; private set; } = [];

    /// <summary>The address that the application sends the person to; null before the first step.</summary>
    public string? LoginLink { get; private set; }

    /// <summary>The token that the server has sent the person back with; null before that.</summary>
    [FromQuery(Name = "auth_token")]
    public string? Token { get; set; }

    /// <summary>Tells whether the last step has succeeded.</summary>
    public bool IsDone { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? step, CancellationToken cancellation)
    {
        if (step is not (null or "callback"))
            return NotFound();
        if (step is not null && Token is { Length: > 0 and <= 100 } token)
            await FinishAsync(token, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var keys = await KeysAsync(cancellation);
        var created = await client.CallAsync(keys, "Up.auth.createToken", [], cancellation);
        Exchanges = [created];
        if (TokenIn(created) is { } token)
            LoginLink = $"/login.php?api_key={keys.ApiKey}&auth_token={token}";
        return Page();
    }

    private async Task FinishAsync(string token, CancellationToken cancellation)
    {
        var keys = await KeysAsync(cancellation);
        var session = await client.CallAsync(keys, "Up.auth.getSession", [("auth_token", token)], cancellation);
        Exchanges = [session];
        if (session.Element("session_key") is not { } key)
            return;
        var person = await client.CallAsync(keys, "Up.users.getLoggedInUser", [("session_key", key)], cancellation);
        Exchanges = [session, person];
        IsDone = true;
    }

    /// <summary>Returns the token in an answer to createToken, whose root has a namespace.</summary>
    private static string? TokenIn(Exchange exchange) =>
        exchange.Answer.LastIndexOf("</", StringComparison.Ordinal) is > 0 and var end
        && exchange.Answer.LastIndexOf('>', end) is > 0 and var start
        && exchange.Answer[(start + 1)..end] is { Length: > 30 } token
            ? token
            : null;

    private Task<DemoKeys> KeysAsync(CancellationToken cancellation) =>
        application.FindAsync(ServerUrl.OriginSeen(Request)!, cancellation);
}
