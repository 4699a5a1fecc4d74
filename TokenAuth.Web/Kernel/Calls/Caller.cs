using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Kernel.Calls;

/// <summary>The caller that the checks of a call identified. A method states by its parameter what it needs.</summary>
internal abstract record Caller(Application Application);

/// <summary>An application that calls for nobody.</summary>
internal sealed record ApplicationCaller(Application Application) : Caller(Application);

/// <summary>An application that calls for a person.</summary>
/// <param name="Token">The session's text, as the call presents it.</param>
internal sealed record PersonCaller(Application Application, ActiveSession Session, string Token) : Caller(Application)
{
    /// <summary>The person's number. Only the sessions of application users have none.</summary>
    public long AccountId { get; } =
        Session.AccountId ?? throw new InvalidOperationException("The session belongs to no account.");
}
