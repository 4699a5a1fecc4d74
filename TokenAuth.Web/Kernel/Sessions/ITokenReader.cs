namespace TokenAuth.Kernel.Sessions;

/// <summary>Reads texts that are proofs of a sign-in, but not sessions: signed access tokens.</summary>
internal interface ITokenReader
{
    /// <summary>
    /// Returns the facts about a valid token; null for any other text. A token whose session has ended is not valid.
    /// </summary>
    ValueTask<IntrospectedSession?> FindAsync(string text, CancellationToken cancellation);

    /// <summary>
    /// Uses the token: extends its session if that has sliding expiration. False if it has just ended.
    /// </summary>
    ValueTask<bool> UseAsync(string text, CancellationToken cancellation);
}
