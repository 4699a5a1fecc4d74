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

/// <summary>A call to the user service: what must be there, how it is signed, and what its values may be.</summary>
internal sealed class WetpaintRequest(Call call)
{
    private static readonly string[] Common = ["key", "ns", "output", "cred.ts", "cred.sig", "user.userId"];

    public static readonly IReadOnlyList<string> OfLogin = [.. Common, "user.email", "user.emailOptIn"];

    public static readonly IReadOnlyList<string> OfChangeRole = [.. Common, "user.role"];

    /// <summary>How far the developer's clock may be off, to either side and inclusive.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(300);

    public Call Call => call;

    /// <summary>The value, or null where it is missing or empty: the two are the same here.</summary>
    public string? this[string name] => call.NonEmpty(name);

    /// <summary>All that is missing, at once.</summary>
    public Fault? Missing(IReadOnlyList<string> required) =>
        required.Where(name => this[name] is null).ToList() is { Count: > 0 } missing ? new Fault(FaultKind.ParameterMissing, string.Join(WetpaintFaults.Separator, missing)) : null;

    /// <summary>Plain digits only, so that <c>userId</c> and the timestamp, which are signed without a seam, can be told apart.</summary>
    public DateTimeOffset? Timestamp =>
        this["cred.ts"] is { Length: <= 11 } text && text[0] != '0' && long.TryParse(text, NumberStyles.None, null, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public string Sign(string secret) => Convert.ToHexStringLower(
        HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(this["key"] + this["user.userId"] + this["cred.ts"])));

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

    /// <summary>All values that are there but not what they may be.</summary>
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
        return wrong.Count == 0 ? null : new Fault(FaultKind.ParameterInvalid, string.Join(WetpaintFaults.Separator, wrong));
    }

    private static bool IsUrl(string text) => text.Length <= 1000 && WebAddress.Read(text) is not null;
}
