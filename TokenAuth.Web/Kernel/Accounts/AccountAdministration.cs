using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>Makes accounts and changes their state: what sign-up and the command line share.</summary>
internal sealed class AccountAdministration(
    UserManager<Account> accounts, CacheInvalidator invalidator, PasswordWork work, SignUpLimit signUps, SecurityLog events, TimeProvider clock,
    Metrics telemetry)
{
    public const int MaxDisplayNameLength = 100;

    public const int MaxPasswordLength = 1024;

    /// <summary>NIST SP 800-63B and ASVS 5, 6.2.1. Asked of people; an operator may bring shorter ones along.</summary>
    public const int MinPasswordLength = 8;

    private static readonly InputError NameIsTaken = new(nameof(NewAccount.Login), "This login name is taken. Choose another one.");

    /// <summary>
    /// Makes an active account. What is wrong with the input is told by field. Accounts that people make for themselves are limited
    /// (<see cref="SignUpLimit"/>).
    /// </summary>
    public async Task<(Account? Account, IReadOnlyList<InputError> Errors)> AddAsync(
        NewAccount input, CancellationToken cancellation)
    {
        var account = new Account
        {
            UserName = input.Login,
            Email = input.Email,
            DisplayName = string.IsNullOrWhiteSpace(input.DisplayName) ? input.Login : input.DisplayName.Trim(),
            IsAdmin = input.IsAdmin,
            CreatedAt = clock.GetUtcNow(),
        };
        var errors = Check(account, input).ToList();
        if (errors.Count > 0)
            return (null, errors);

        if (input.From is { } asker && await signUps.TakeAsync(asker, input.Email, cancellation) is { } wait)
            return (null, [InputError.TooMany(wait)]);
        using var turn = await work.WaitAsync(input.From, login: null, Urgency.Ordinary, cancellation);
        if (turn is null || await accounts.FindByNameAsync(input.Login) is not null)
        {
            if (input.From is { } refused)
                await signUps.RefundAsync(refused, input.Email, cancellation);
            if (turn is null)
                return (null, [InputError.Busy]);
            return input.From is { } curious && await signUps.TakenNameAsync(curious, cancellation) is { } pause
                ? (null, [InputError.TooMany(pause)])
                : (null, [NameIsTaken]);
        }

        IdentityResult made;
        try
        {
            made = await accounts.CreateAsync(account, input.Password);
        }
        catch (DbUpdateException failure) when (StoreUnavailableException.IsBrokenRule(failure))
        {
            // Somebody, perhaps on another node, was faster between the look and the leap.
            made = IdentityResult.Failed(accounts.ErrorDescriber.DuplicateUserName(input.Login));
        }

        if (!made.Succeeded && input.From is { } giver)
            await signUps.RefundAsync(giver, input.Email, cancellation);
        if (made.Succeeded)
            events.Add(new SecurityEvent(EventKind.AccountCreated, account.Id, From: input.From));
        return made.Succeeded
            ? (account, [])
            : (null, [.. made.Errors.Select(error => new InputError(FieldOf(error), Sentence(error)))]);
    }

    /// <summary>
    /// Changes the password of a person who has just proved to know the old one, and ends every other session that may have been
    /// opened with the old one, and what was allowed but has not been exchanged yet. Sessions of applications stay, because
    /// applications never held the password.
    /// </summary>
    /// <param name="account">As it was before the old password was checked. If the password has changed since, nothing happens.</param>
    /// <param name="thisSession">The session that goes on.</param>
    /// <param name="from">The person's address; null for the command line.</param>
    /// <returns>Why the password was not changed; null where it was.</returns>
    public async Task<InputError?> ChangePasswordAsync(
        Account account, string password, long? thisSession, IPAddress? from, CancellationToken cancellation)
    {
        if (CheckPassword(account, password) is { } wrong)
            return wrong;
        string hash;
        using (var turn = await work.WaitAsync(from, login: null, Urgency.Trusted, cancellation))
        {
            if (turn is null)
                return InputError.Busy;
            hash = accounts.PasswordHasher.HashPassword(account, password);
        }

        var (stamp, concurrency, now) = (RandomToken.Hex(32), RandomToken.Hex(32), clock.GetUtcNow());
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                if (await connection.ExecuteAsync(
                    """
                    UPDATE accounts SET password_hash = @hash, security_stamp = @stamp, concurrency_stamp = @concurrency
                    WHERE id = @id AND security_stamp = @before
                    """,
                    ("@hash", hash), ("@stamp", stamp), ("@concurrency", concurrency), ("@id", account.Id),
                    ("@before", account.SecurityStamp)) == 0)
                    return null;
                var ended = await connection.ListAsync(
                    "DELETE FROM sessions WHERE account_id = @id AND application_id IS NULL AND id <> @this RETURNING dialect",
                    row => row.GetString(0), ("@id", account.Id), ("@this", thisSession ?? 0));
                await connection.ExecuteAsync("DELETE FROM handshakes WHERE account_id = @id", ("@id", account.Id));
                await connection.ExecuteAsync(
                    "UPDATE sessions SET proved_at = @now WHERE id = @this", ("@now", now), ("@this", thisSession));
                happened.Add(new SecurityEvent(
                    EventKind.PasswordChanged, account.Id, From: from, Detail: SecurityEvent.SessionsEnded(ended.Count)));
                return ended;
            },
            cancellation);
        if (ended is null)
            return InputError.PasswordChangedMeanwhile;
        invalidator.Invalidate(account.Id);
        telemetry.SessionsEnded(ended);
        return null;
    }

    /// <summary>By the name that an operator types, in which a hyphen stands for an underscore.</summary>
    public async Task<Account?> FindAsync(string typed) =>
        Account.LoginOf(typed) is var login && Account.IsLogin(login) ? await accounts.FindByNameAsync(login) : null;

    /// <summary>
    /// Changes the state. With an account that is no longer active, its sessions and confirmed handshakes end for good; consents
    /// and API keys stay, unless it is deleted. What has ended is removed when the account is active again: until then dialects
    /// tell that the account is closed.
    /// </summary>
    /// <param name="from">Who changes it; null for the command line.</param>
    public async Task SetStateAsync(Account account, AccountState state, IPAddress? from, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var ended = await events.WriteAsync(
            async (connection, happened) =>
            {
                SqlParameter id = ("@id", account.Id);
                var before = await AccountLock.TakeAsync(connection, account.Id);
                if (before is null || before == state)
                    return [];
                await connection.ExecuteAsync("UPDATE accounts SET state = @state WHERE id = @id", ("@state", (long)state), id);
                var ended = before == AccountState.Active
                    ? await connection.ListAsync(
                        "SELECT dialect FROM sessions WHERE account_id = @id AND (expires_at IS NULL OR expires_at > @now)",
                        row => row.GetString(0), id, ("@now", now))
                    : [];
                if (state is AccountState.Active or AccountState.Deleted)
                {
                    await connection.ExecuteAsync("DELETE FROM handshakes WHERE account_id = @id", id);
                    await connection.ExecuteAsync("DELETE FROM sessions WHERE account_id = @id", id);
                }

                if (state == AccountState.Deleted)
                {
                    await connection.ExecuteAsync("DELETE FROM consents WHERE account_id = @id", id);
                    await connection.ExecuteAsync("DELETE FROM account_keys WHERE account_id = @id", id);
                }

                happened.Add(new SecurityEvent(
                    EventKind.AccountStateChanged, account.Id, From: from,
                    Detail: SecurityEvent.With(state.ToString().ToLowerInvariant(), SecurityEvent.SessionsEnded(ended.Count))));
                return ended;
            },
            cancellation);
        invalidator.Invalidate(account.Id);
        telemetry.SessionsEnded(ended);
    }

    /// <summary>What is wrong with a password that somebody has chosen for an account; null where nothing is.</summary>
    /// <param name="shortest">In characters.</param>
    public static InputError? CheckPassword(Account account, string password, int shortest = MinPasswordLength)
    {
        var problem = password.Length is 0 or > MaxPasswordLength ? $"Enter a password of at most {MaxPasswordLength} characters."
            : ComposedText.Of(password).Length < shortest ? $"A password has at least {shortest} characters."
            : GuessablePasswords.Refusal(password, account.Login, account.Email, account.DisplayName);
        return problem is null ? null : new InputError(nameof(NewAccount.Password), problem);
    }

    private static IEnumerable<InputError> Check(Account account, NewAccount input)
    {
        if (!Account.IsLogin(account.UserName))
            yield return new InputError(nameof(NewAccount.Login), $"A login name has 1 to {Account.MaxLoginLength} letters, digits or underscores.");
        if (!Account.IsEmail(account.Email))
            yield return new InputError(nameof(NewAccount.Email), "Enter an e-mail address, such as name@example.org.");
        if (account.DisplayName.Length > MaxDisplayNameLength || !OneLine.Is(account.DisplayName))
            yield return new InputError(nameof(NewAccount.DisplayName), $"A name has at most {MaxDisplayNameLength} characters, and none that break or turn a line.");
        if (CheckPassword(account, input.Password, input.MinPasswordLength) is { } wrong)
            yield return wrong;
    }

    private static string FieldOf(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.InvalidUserName) => nameof(NewAccount.Login),
        nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.DuplicateEmail) => nameof(NewAccount.Email),
        _ => nameof(NewAccount.Password),
    };

    private static string Sentence(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateUserName) => NameIsTaken.Message,
        _ => error.Description,
    };
}

/// <param name="MinPasswordLength">What the caller asks for; an operator may choose whatever they like.</param>
/// <param name="From">Who makes it; null for the command line.</param>
internal sealed record NewAccount(
    string Login, string Email, string? DisplayName, string Password, bool IsAdmin = false, int MinPasswordLength = 1, IPAddress? From = null);

/// <summary>What is wrong with one field of a form, or one argument of a command, in a sentence for a person.</summary>
/// <param name="RetryAfter">Where nothing is wrong with the input: how long to wait before it is sent again.</param>
internal sealed record InputError(string Field, string Message, TimeSpan? RetryAfter = null)
{
    public static readonly InputError Busy =
        new("", "Too many people are signing up right now. Try again in a moment.", TimeSpan.FromSeconds(1));

    /// <summary>Which of the limits it is is not said: nobody needs to know whether others use this e-mail address.</summary>
    public static InputError TooMany(TimeSpan wait) => new(
        "", $"Too many accounts were made from your network or with this e-mail address. {Http.RetryAfter.Sentence(wait)}", wait);

    public static readonly InputError PasswordChangedMeanwhile = new(
        "", "Your password has been changed meanwhile, in another window or on another device. This change was not made.");
}
