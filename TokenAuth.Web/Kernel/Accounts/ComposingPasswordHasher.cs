using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Hashes composed text (<see cref="ComposedText"/>) with Identity's hasher. A password is the same whether a keyboard
/// sends <c>é</c> as one character or as two. A text that is already composed, as nearly all are, costs one hash.
/// </summary>
internal sealed class ComposingPasswordHasher(IOptions<PasswordHasherOptions> options)
    : PasswordHasher<Account>(options)
{
    public override string HashPassword(Account user, string password) =>
        base.HashPassword(user, ComposedText.Of(password));

    public override PasswordVerificationResult VerifyHashedPassword(
        Account user, string hashedPassword, string providedPassword)
    {
        var composed = ComposedText.Of(providedPassword);
        var verdict = base.VerifyHashedPassword(user, hashedPassword, composed);
        if (verdict != PasswordVerificationResult.Failed || composed == providedPassword)
            return verdict;

        // Earlier versions hashed the text as it was typed. The next hash is of the composed text.
        return base.VerifyHashedPassword(user, hashedPassword, providedPassword) == PasswordVerificationResult.Failed
            ? PasswordVerificationResult.Failed
            : PasswordVerificationResult.SuccessRehashNeeded;
    }
}
