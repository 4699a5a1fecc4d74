using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;

namespace TokenAuth.Dreamwidth;

/// <summary>
/// <c>/export_comments</c>, the web page that backup clients fetch with the cookie: the comments of an empty journal. A
/// browser that is signed in may also see it; all other callers are sent to the sign-in page. Source:
/// docs/dialects/dreamwidth.md, "Addresses".
/// </summary>
internal sealed class ExportEndpoint(SessionCookie cookie)
{
    private const string Start = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<livejournal>\n";

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var caller = context.CallerAddress;
        var session = await cookie.FindAsync(context.Request, caller, context.RequestAborted);
        var login = session is not null ? session.Login
            : context.User.Uid is not null ? context.User.Login
            : null;
        if (login is null)
            return Results.Challenge();
        if (context.Request.Query["authas"].FirstOrDefault() is { Length: > 0 } other
            && !Account.LoginOf(other).Equals(login, StringComparison.OrdinalIgnoreCase))
        {
            return new TextResult(
                "text/plain; charset=utf-8",
                "You may export your own comments only.",
                StatusCodes.Status403Forbidden);
        }

        return context.Request.Query["get"].LastOrDefault() switch
        {
            "comment_meta" => Xml("<maxid>0</maxid>\n<comments>\n</comments>\n<usermaps>\n</usermaps>\n"),
            "comment_body" => Xml("<comments>\n</comments>\n"),
            _ => Xml(""),
        };
    }

    private static TextResult Xml(string content) =>
        new("text/xml; charset=utf-8", $"{Start}{content}</livejournal>\n");
}
