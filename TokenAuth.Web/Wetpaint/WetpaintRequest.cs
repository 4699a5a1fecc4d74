using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Wetpaint;

/// <summary>
/// A call to the user service: its required parameters, its signature and the allowed values. Source:
/// docs/dialects/wetpaint.md, "A ticket".
/// </summary>
internal sealed class WetpaintRequest(Call call)
{
    private static readonly string[] Common = ["key", "ns", "output", "cred.ts", "cred.sig", "user.userId"];

    private static readonly string[] OfLogin = [.. Common, "user.email", "user.emailOptIn"];

    private static readonly string[] OfChangeRole = [.. Common, "user.role"];

    // docs/dialects/wetpaint.md, "A ticket": cred.ts is within five minutes.
    /// <summary>The maximum by which the developer's clock may be fast or slow, inclusive.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(300);

    public Call Call => call;

    /// <summary>Returns a parameter's value; null if it is missing or empty.</summary>
    public string? this[string name] => call.NonEmpty(name);

    // docs/dialects/wetpaint.md, "Errors": the message names all missing parameters.
    /// <summary>Returns a fault that names all missing parameters, or null.</summary>
    public Fault? Missing(UserOperation operation) =>
        (operation == UserOperation.Login ? OfLogin : OfChangeRole)
            .Where(name => this[name] is null)
            .ToList() is { Count: > 0 } missing
            ? new Fault(FaultKind.ParameterMissing, string.Join(WetpaintFaults.Separator, missing))
            : null;

    // docs/dialects/wetpaint.md, "What differs from the original, and why": userId and timestamp are signed without a
    // separator, so a leading zero would be ambiguous.
    /// <summary>The timestamp; null unless it consists of plain digits without a leading zero.</summary>
    public DateTimeOffset? Timestamp =>
        this["cred.ts"] is { Length: <= 11 } text
        && text[0] != '0'
        && long.TryParse(text, NumberStyles.None, null, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    public string Sign(string secret) => Convert.ToHexStringLower(
        HMACSHA1.HashData(
            Encoding.UTF8.GetBytes(secret),
            Encoding.UTF8.GetBytes(this["key"] + this["user.userId"] + this["cred.ts"])));

    public UserRole? Role => this["user.role"] switch
    {
        "registered" => UserRole.Registered,
        "moderator" => UserRole.Moderator,
        "banned" => UserRole.Banned,
        _ => null,
    };

    public bool? EmailOptIn => this["user.emailOptIn"]?.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => null,
    };

    /// <summary>Returns a fault that names all values that are not allowed, or null.</summary>
    public Fault? Invalid()
    {
        var wrong = new List<string>();
        void Check(string name, Func<string, bool> isGood)
        {
            if (this[name] is { } text && (!OneLine.Is(text) || !isGood(text)))
                wrong.Add(name);
        }

        Check("output", text => text == "api");
        Check("user.userId", text => text.Length <= 100);
        Check("user.email", Account.IsEmail);
        Check("user.emailOptIn", _ => EmailOptIn is not null);
        Check("user.displayName", text => text.Length <= 100);
        Check("user.profileUrl", IsUrl);
        Check("user.avatarUrl", IsUrl);
        Check("user.role", _ => Role is not null);
        return wrong.Count == 0
            ? null
            : new Fault(FaultKind.ParameterInvalid, string.Join(WetpaintFaults.Separator, wrong));
    }

    private static bool IsUrl(string text) => text.Length <= 1000 && WebAddress.Read(text) is not null;
}
