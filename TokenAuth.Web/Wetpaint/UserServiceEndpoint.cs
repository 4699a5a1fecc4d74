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

/// <summary>The two calls: a developer's server says who its user is, and gets a ticket for that user, or changes a role.</summary>
internal sealed class UserServiceEndpoint(
    DialectPipeline boundary, CallerCheck callers, UserRegistry users, ReplayGuard replays, WetpaintOptions options,
    TimeProvider clock)
{
    private const int TicketDigits = 64;

    public Task<IResult> LoginAsync(HttpContext context) => RunAsync(context, WetpaintRequest.OfLogin, async (request, said) =>
    {
        var ticket = RandomToken.Hex(TicketDigits);
        var session = new NewSession(
            WetpaintFeature.Dialect, ticket, Secret: null, said.Application.Id, AccountId: null, Permissions: "", options.TicketLifetime, Slides: false, request.Call.Address);
        var outcome = await users.UpsertAsync(said, session, context.RequestAborted);
        return outcome.Succeeded(out _, out var fault) ? Outcome<Value>.Of(new Value.Record(("ticket", ticket))) : fault;
    });

    /// <summary>Answers the user; everything but the role stays as it was.</summary>
    public Task<IResult> ChangeRoleAsync(HttpContext context) => RunAsync(context, WetpaintRequest.OfChangeRole, async (request, said) =>
    {
        var outcome = await users.UpsertAsync(said, session: null, context.RequestAborted);
        return outcome.Succeeded(out var role, out var fault)
            ? Outcome<Value>.Of(new Value.Record(("user", new Value.Record(("userId", said.UserId), ("role", role.ToString().ToLowerInvariant())))))
            : fault;
    });

    private Task<IResult> RunAsync(HttpContext context, IReadOnlyList<string> required, Func<WetpaintRequest, UserAssertion, Task<Outcome<Value>>> answer) => boundary.RunAsync(
        WetpaintFeature.Dialect, context,
        async call =>
        {
            var request = new WetpaintRequest(call);
            var check = await CheckAsync(request, required, context.RequestAborted);
            if (!check.Succeeded(out var said, out var fault))
                return fault;
            var answered = await answer(request, said);
            return answered.Succeeded(out var value, out fault) ? Outcome<IResult>.Of(Xml(value)) : fault;
        },
        (_, fault) =>
        {
            var (cause, messages) = WetpaintFaults.Of(fault);
            return Xml(new Value.Record(("failure", new Value.Record(
                ("cause", cause), ("messages", new Value.Record(("message", new Value.Repeated([.. messages.Select(message => (Value)message)]))))))));
        });

    /// <summary>In whole seconds, as timestamps are.</summary>
    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());

    private async Task<Outcome<UserAssertion>> CheckAsync(WetpaintRequest request, IReadOnlyList<string> required, CancellationToken cancellation)
    {
        if (request.Missing(required) is { } missing)
            return missing;
        var admitted = await callers.AdmitAsync(request["key"], request.Call.Address, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
            return fault;
        using var charged = admission;
        var application = admission.Application;
        FaultKind? early = !application.Namespaces.Contains(request["ns"], StringComparer.Ordinal) ? FaultKind.NamespaceUnknown
            : request.Timestamp is not { } at || (at - Now).Duration() > WetpaintRequest.Window ? FaultKind.TimestampStale
            : null;
        if (early is { } refused)
            return refused;

        var signature = request["cred.sig"]!.ToLowerInvariant();
        if (!callers.IsSigned(admission, signature, request.Sign))
            return FaultKind.SignatureWrong;
        var stale = request.Timestamp!.Value + WetpaintRequest.Window + WetpaintRequest.Window;
        var once = (Purpose: WetpaintFeature.Dialect, Thing: $"{application.Id}\n{signature}", ExpiresAt: stale);
        if (request.Invalid() is { } invalid)
        {
            // Whoever overheard the refused call must not correct it.
            await replays.TryUseAsync(once.Purpose, once.Thing, once.ExpiresAt, cancellation);
            return invalid;
        }

        return new UserAssertion(
            application, request["ns"]!, request["user.userId"]!, request["user.email"], request.EmailOptIn, request["user.displayName"],
            request["user.profileUrl"], request["user.avatarUrl"], request.Role, once);
    }

    private static TextResult Xml(Value value) => new(
        "text/xml; charset=UTF-8",
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n").Append(XmlFormat.Compact([("response", value)])).ToString());
}
