using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Limits;

namespace TokenAuth.Dreamwidth;

/// <summary>A call as either door reads it.</summary>
/// <param name="Mode">The method's name without prefix.</param>
/// <param name="Values">Every scalar as text, by its name in XML-RPC.</param>
/// <param name="Expire">The numbers of the sessions to be ended, as sent.</param>
internal sealed record DreamwidthRequest(
    Call Call, string Mode, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Expire)
{
    /// <summary>What its sign-in is counted and recorded by.</summary>
    public SignInCaller Caller => new(Call.Address, DreamwidthFeature.Dialect);

    public string? this[string name] => Values.GetValueOrDefault(name);

    /// <summary>As Perl sees it: not sent, empty and 0 are false.</summary>
    public bool IsTrue(string name) => this[name] is not (null or "" or "0");

    /// <summary>The person's name as the dialect spells it: in lower case, a dash for an underline. Null where it is none.</summary>
    public string? Login
    {
        get
        {
            // Looked at before it is made small: letters of other scripts become ours by that.
            var sent = Account.LoginOf((this["username"] ?? "").Trim(' ', '\t', '\r', '\n'));
            return Account.IsLogin(sent) ? sent.ToLowerInvariant() : null;
        }
    }
}
