using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Dreamwidth;

/// <summary>A call as both endpoints read it.</summary>
/// <param name="Mode">The method's name without its prefix.</param>
/// <param name="Values">All scalars as text, under their names in XML-RPC.</param>
/// <param name="Expire">The numbers of the sessions to end, as sent.</param>
internal sealed record DreamwidthRequest(
    Call Call, string Mode, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Expire)
{
    /// <summary>The caller for the sign-in limits and the security event log.</summary>
    public SignInCaller Caller => new(Call.Address, DreamwidthFeature.Dialect);

    public string? this[string name] => Values.GetValueOrDefault(name);

    /// <summary>Checks whether a value is true as in Perl: a missing value, an empty text and 0 are false.</summary>
    public bool IsTrue(string name) => this[name] is not (null or "" or "0");

    // docs/dialects/dreamwidth.md, "What to sign in with": in a login name a hyphen stands for an underscore.
    /// <summary>The login name in lower case, with underscores for hyphens; null if it cannot be one.</summary>
    public string? Login
    {
        get
        {
            // The check precedes lower-casing, which turns some letters of other scripts into ASCII.
            var sent = Account.LoginOf((this["username"] ?? "").Trim(' ', '\t', '\r', '\n'));
            return Account.IsLogin(sent) ? sent.ToLowerInvariant() : null;
        }
    }
}
