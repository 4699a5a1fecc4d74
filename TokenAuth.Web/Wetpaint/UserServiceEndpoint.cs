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

/// <summary>An operation of the user service.</summary>
internal enum UserOperation
{
    /// <summary>States who a developer's user is, and returns a ticket: <c>login.do</c>.</summary>
    Login,

    /// <summary>Changes a user's role, leaves all other values unchanged, and answers the user.</summary>
    ChangeRole,
}

/// <summary>
/// Answers one operation for a developer's server. Source: docs/dialects/wetpaint.md, "A ticket".
/// </summary>
internal sealed class UserServiceEndpoint(
    UserOperation operation, CallerCheck callers, UserRegistry users, ReplayGuard replays, WetpaintOptions options,
    TimeProvider clock) : IDialectEndpoint
{
    private const int TicketDigits = 64;

    public string Dialect => WetpaintFeature.Dialect;

    public async ValueTask<Outcome<IResult>> AnswerAsync(Call call, CancellationToken cancellation)
    {
        var check = await CheckAsync(new WetpaintRequest(call), cancellation);
        if (!check.Succeeded(out var assertion, out var fault))
            return fault;
        if (operation == UserOperation.Login)
        {
            var ticket = NewTicket(assertion.Application, call);
            return await users.LoginAsync(assertion, ticket, cancellation) is { } refused
                ? refused
                : Xml(new Value.Record(("ticket", ticket.Text)));
        }

        var change = await users.ChangeRoleAsync(assertion, cancellation);
        if (!change.Succeeded(out var role, out fault))
            return fault;
        var user = new Value.Record(("userId", assertion.UserId), ("role", role.ToString().ToLowerInvariant()));
        return Xml(new Value.Record(("user", user)));
    }

    public IResult Refuse(Call call, Fault fault)
    {
        var (cause, messages) = WetpaintFaults.Of(fault);
        var repeated = new Value.Repeated([.. messages.Select(message => (Value)message)]);
        var failure = new Value.Record(("cause", cause), ("messages", new Value.Record(("message", repeated))));
        return Xml(new Value.Record(("failure", failure)));
    }

    public FaultReport Report(Call call, Fault fault) => new(
        operation == UserOperation.Login ? "login.do" : "changeRole.do",
        WetpaintFaults.Of(fault).Cause,
        fault.Kind switch
        {
            FaultKind.NamespaceUnknown => "ns",
            FaultKind.TimestampStale => "cred.ts",
            _ => FaultReport.ParameterOf(fault, signature: "cred.sig"),
        });

    private NewSession NewTicket(Application application, Call call) => new(
        WetpaintFeature.Dialect,
        RandomToken.Hex(TicketDigits),
        Secret: null,
        application.Id,
        AccountId: null,
        Permissions: "",
        options.TicketLifetime,
        Slides: false,
        call.Address);

    /// <summary>The present time in whole seconds, the unit of <c>cred.ts</c>.</summary>
    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());

    private async ValueTask<Outcome<UserAssertion>> CheckAsync(
        WetpaintRequest request, CancellationToken cancellation)
    {
        if (request.Missing(operation) is { } missing)
            return missing;
        var admitted = await callers.AdmitAsync(
            request["key"], request.Call, bindsAddress: _ => true, cancellation);
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
