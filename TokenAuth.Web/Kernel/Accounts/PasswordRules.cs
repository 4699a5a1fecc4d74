using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Accounts;

/// <summary>The rules for new passwords: their length, and that they are not guessed first.</summary>
internal sealed class PasswordRules(TokenAuthOptions options)
{
    public const int MaxLength = 1024;

    /// <summary>
    /// The minimum for people (NIST SP 800-63B; ASVS 5, 6.2.1). An operator may set a shorter password.
    /// </summary>
    public const int MinLength = 8;

    /// <summary>The names of this service, which everybody knows.</summary>
    private readonly string?[] _service =
    [
        "TokenAuth", options.Site.Name,
        options.PublicUrl is { } address ? WebAddress.HostOf(new Uri(address)) : null,
    ];

    /// <summary>Checks a new password of an account. Returns the error; null if there is none.</summary>
    /// <param name="minLength">The minimum length in characters.</param>
    public InputError? Check(Account account, string password, int minLength = MinLength)
    {
        var problem = password.Length is 0 or > MaxLength
            ? new Text("Enter a password of at most {0} characters.", MaxLength)
            : ComposedText.Of(password).Length < minLength
            ? new Text("A password has at least {0} characters.", minLength)
            : GuessablePasswords.Refusal(
                password,
                [account.Login, account.Email, account.Email?.Split('@')[0], account.DisplayName, .. _service]);
        return problem is null ? null : new InputError(nameof(NewAccount.Password), problem);
    }
}
