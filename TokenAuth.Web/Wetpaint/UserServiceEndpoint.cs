using System.Text;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Wetpaint;

/// <summary>
/// Answers the two calls of a developer's server: <c>login.do</c> states who its user is and returns a ticket,
/// <c>changeRole.do</c> changes a user's role. Source: docs/dialects/wetpaint.md, "A ticket".
/// </summary>
internal sealed class UserServiceEndpoint(
    DialectPipeline pipeline, CallerCheck callers, UserRegistry users, ReplayGuard replays, WetpaintOptions options,
    TimeProvider clock)
{
    private const int TicketDigits = 64;

    public Task<IResult> LoginAsync(HttpContext context) => RunAsync(
        context, WetpaintRequest.OfLogin, async (request, assertion) =>
    {
        var ticket = RandomToken.Hex(TicketDigits);
        var session = new NewSession(
            WetpaintFeature.Dialect,
            ticket,
            Secret: null,
            assertion.Application.Id,
            AccountId: null,
            Permissions: "",
            options.TicketLifetime,
            Slides: false,
            request.Call.Address);
        var outcome = await users.UpsertAsync(assertion, session, context.RequestAborted);
        return outcome.Succeeded(out _, out var fault)
            ? Outcome<Value>.Of(new Value.Record(("ticket", ticket)))
            : fault;
    });

    /// <summary>Changes the user's role, leaves all other values unchanged, and answers the user.</summary>
    public Task<IResult> ChangeRoleAsync(HttpContext context) => RunAsync(
        context, WetpaintRequest.OfChangeRole, async (request, assertion) =>
    {
        var outcome = await users.UpsertAsync(assertion, session: null, context.RequestAborted);
        if (!outcome.Succeeded(out var role, out var fault))
            return fault;
        var user = new Value.Record(("userId", assertion.UserId), ("role", role.ToString().ToLowerInvariant()));
        return Outcome<Value>.Of(new Value.Record(("user", user)));
    });

    private Task<IResult> RunAsync(
        HttpContext context,
        IReadOnlyList<string> required,
        Func<WetpaintRequest, UserAssertion, Task<Outcome<Value>>> answer) => pipeline.RunAsync(
        WetpaintFeature.Dialect, context,
        async call =>
        {
            var request = new WetpaintRequest(call);
            var check = await CheckAsync(request, required, context.RequestAborted);
            if (!check.Succeeded(out var assertion, out var fault))
                return fault;
            var answered = await answer(request, assertion);
            return answered.Succeeded(out var value, out fault) ? Outcome<IResult>.Of(Xml(value)) : fault;
        },
        (_, fault) =>
        {
            var (cause, messages) = WetpaintFaults.Of(fault);
            var repeated = new Value.Repeated([.. messages.Select(message => (Value)message)]);
            var failure = new Value.Record(
                ("cause", cause), ("messages", new Value.Record(("message", repeated))));
            return Xml(new Value.Record(("failure", failure)));
        });

    /// <summary>The present time in whole seconds, the unit of <c>cred.ts</c>.</summary>
    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());

    private async Task<Outcome<UserAssertion>> CheckAsync(
        WetpaintRequest request, IReadOnlyList<string> required, CancellationToken cancellation)
    {
        if (request.Missing(required) is { } missing)
            return missing;
        var admitted = await callers.AdmitAsync(
            request["key"], request.Call.Address, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
            return fault;
        using var charged = admission;
        var application = admission.Application;
        // docs/dialects/wetpaint.md, "Errors".
        if (!application.Namespaces.Contains(request["ns"], StringComparer.Ordinal))
            return FaultKind.NamespaceUnknown;
        if (request.Timestamp is not { } at || (at - Now).Duration() > WetpaintRequest.Window)
            return FaultKind.TimestampStale;

        var signature = request["cred.sig"]!.ToLowerInvariant();
        if (!callers.IsSigned(admission, signature, request.Sign))
            return FaultKind.SignatureWrong;
        var stale = at + WetpaintRequest.Window + WetpaintRequest.Window;
        var once = (Purpose: WetpaintFeature.Dialect, Thing: $"{application.Id}\n{signature}", ExpiresAt: stale);
        if (request.Invalid() is { } invalid)
        {
            // Uses up the signature: an eavesdropper must not be able to send a corrected version of the call.
            await replays.TryUseAsync(once.Purpose, once.Thing, once.ExpiresAt, cancellation);
            return invalid;
        }

        return new UserAssertion(
            application,
            request["ns"]!,
            request["user.userId"]!,
            request["user.email"],
            request.EmailOptIn,
            request["user.displayName"],
            request["user.profileUrl"],
            request["user.avatarUrl"],
            request.Role,
            once,
            request.Call.Address);
    }

    private static TextResult Xml(Value value) => new(
        "text/xml; charset=UTF-8",
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n")
            .Append(XmlFormat.Compact([("response", value)]))
            .ToString());
}
