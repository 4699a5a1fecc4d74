using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenAuth.Kernel.Accounts.Hashes;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Hashes composed text (<see cref="ComposedText"/>) with Identity's hasher. A password is the same whether a keyboard
/// sends <c>é</c> as one character or as two. A text that is already composed, as nearly all are, costs one hash.
/// It also checks the hashes of other software that an import stored. Each is replaced at the first sign-in.
/// </summary>
internal sealed class ComposingPasswordHasher(IOptions<PasswordHasherOptions> options)
    : PasswordHasher<Account>(options)
{
    public override string HashPassword(Account user, string password) =>
        base.HashPassword(user, ComposedText.Of(password));

    public override PasswordVerificationResult VerifyHashedPassword(
        Account user, string hashedPassword, string providedPassword)
    {
        if (ImportedHash.Is(hashedPassword))
            return VerifyImported(user, hashedPassword, providedPassword);
        var composed = ComposedText.Of(providedPassword);
        var verdict = base.VerifyHashedPassword(user, hashedPassword, composed);
        if (verdict != PasswordVerificationResult.Failed || composed == providedPassword)
            return verdict;

        // Earlier versions hashed the text as it was typed. The next hash is of the composed text.
        return base.VerifyHashedPassword(user, hashedPassword, providedPassword) == PasswordVerificationResult.Failed
            ? PasswordVerificationResult.Failed
            : PasswordVerificationResult.SuccessRehashNeeded;
    }

    private PasswordVerificationResult VerifyImported(Account user, string stored, string password)
    {
        var imported = ImportedHash.Read(stored);
        var works = false;
        foreach (var spelling in imported is null ? [] : PasswordSpellings.Of(password, imported.Hash))
        {
            var digest = imported!.Hash.Compute(spelling);
            works = imported.Wrapped is not null;
            if (imported.Wrapped is { } wrapped
                ? base.VerifyHashedPassword(user, wrapped, ImportedHash.PasswordOf(digest))
                    != PasswordVerificationResult.Failed
                : CryptographicOperations.FixedTimeEquals(digest, imported.Hash.Digest))
                return PasswordVerificationResult.SuccessRehashNeeded;
        }

        // A failure is never faster than the check of a name that no account has, which costs one hash.
        if (!works)
            base.HashPassword(user, password);
        return PasswordVerificationResult.Failed;
    }
}
