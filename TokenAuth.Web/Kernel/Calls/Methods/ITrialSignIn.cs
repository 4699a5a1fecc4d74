using System.Net;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;

namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>
/// A person who tries a method, with an application of their own. They have said that they want to sign in with it.
/// </summary>
/// <param name="Application">The application; null if the dialect's callers are accounts.</param>
/// <param name="From">The person's address.</param>
internal sealed record TrialPerson(FoundAccount Account, Application? Application, IPAddress From)
{
    /// <summary>The lifetime of sessions that are opened for a trial, where the dialect lets it be chosen.</summary>
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(1);
}

/// <summary>Signs a person in with a dialect, so that they can try the methods that need a session.</summary>
internal interface ITrialSignIn
{
    /// <summary>The dialect's name.</summary>
    string Dialect { get; }

    /// <summary>Opens a session of the person; null if the account or the application has changed.</summary>
    ValueTask<ClientSession?> OpenAsync(TrialPerson person, CancellationToken cancellation);

    /// <summary>
    /// Returns the text of a handshake that the person has confirmed; null if the dialect has no handshakes.
    /// </summary>
    ValueTask<string?> ConfirmAsync(TrialPerson person, CancellationToken cancellation) => new((string?)null);
}
