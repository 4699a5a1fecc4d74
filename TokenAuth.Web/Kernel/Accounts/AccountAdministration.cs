using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Storage.Caching;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Accounts;

/// <summary>
/// Creates accounts, and changes their passwords and states, for sign-up, the account pages and the command line.
/// </summary>
internal sealed partial class AccountAdministration(
    UserManager<Account> accounts, CacheInvalidator invalidator, PasswordWork work, PasswordRules rules,
    SignUpLimit signUps, SecurityLog events, TimeProvider clock, Metrics telemetry)
{
    public const int MaxDisplayNameLength = 100;

    /// <summary>
    /// Creates an active account, or returns errors by field. Accounts that people create for themselves are limited
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

        if (await signUps.TakeAsync(input.From, input.Email, cancellation) is { } wait)
            return (null, [InputError.TooMany(wait)]);

        // A taken name takes no place in the queue. Sign-ups of one site share one name there, so that a flood of them
        // crowds out other sign-ups of the site and no sign-ins.
        var isTaken = await accounts.FindByNameAsync(input.Login) is not null;
        var site = input.From is { } from ? $"sign-up from {ClientNetwork.SiteOf(from)}" : null;
        using var turn = isTaken ? null : await work.WaitAsync(input.From, site, Urgency.Ordinary, cancellation);
        if (turn is null)
        {
            await signUps.RefundAsync(input.From, input.Email, cancellation);
            if (!isTaken)
                return (null, [InputError.Busy]);
            return await signUps.TakenNameAsync(input.From, cancellation) is { } probingWait
                ? (null, [InputError.TooMany(probingWait)])
                : (null, [InputError.LoginIsTaken]);
        }

        IdentityResult creation;
        try
        {
            if (input.Identity is { } identity)
            {
                account.Identities.Add(new AccountIdentity
                {
                    Issuer = identity.Issuer,
                    Subject = identity.Subject,
                    Name = identity.Name,
                    CreatedAt = account.CreatedAt,
                });
            }

            creation = await (input.Identity is null
                ? accounts.CreateAsync(account, input.Password)
                : accounts.CreateAsync(account));
        }
        catch (DbUpdateException failure) when (StoreUnavailableException.IsBrokenRule(failure))
        {
            // Another sign-up, perhaps on another node, took the name, or the identity, after the check above.
            creation = IdentityResult.Failed(accounts.ErrorDescriber.DuplicateUserName(input.Login));
        }

        if (!creation.Succeeded)
            await signUps.RefundAsync(input.From, input.Email, cancellation);
        if (creation.Succeeded)
            Created(account, input);
        return creation.Succeeded
            ? (account, [])
            : (null, [.. creation.Errors.Select(error => new InputError(FieldOf(error), Sentence(error)))]);
    }

    /// <summary>
    /// Changes the password of a person who has just proved the old one. Ends every other session that the old password
    /// may have opened, and deletes confirmed handshakes. Sessions of applications stay, because applications never had
    /// the password.
    /// </summary>
    /// <param name="account">
    /// The account as read before the old password was checked. If the password has changed since, nothing happens.
    /// </param>
    /// <param name="thisSession">The session that stays.</param>
    /// <param name="from">The person's address; null for the command line.</param>
    /// <returns>The reason why the password was not changed; null if it was.</returns>
    public async Task<InputError?> ChangePasswordAsync(
        Account account, string password, long? thisSession, IPAddress? from, CancellationToken cancellation)
    {
        if (rules.Check(account, password) is { } wrong)
            return wrong;
        string hash;
        using (var turn = await work.WaitAsync(from, account.UserName, Urgency.Trusted, cancellation))
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
                    """
                    DELETE FROM sessions WHERE account_id = @id AND application_id IS NULL AND id <> @this
                    RETURNING dialect
                    """,
                    row => row.GetString(0), ("@id", account.Id), ("@this", thisSession ?? 0));
                await AccountChanges.DropPendingAsync(connection, ("@id", account.Id));
                await connection.ExecuteAsync(
                    "UPDATE sessions SET proved_at = @now WHERE id = @this", ("@now", now), ("@this", thisSession));
                happened.Add(new SecurityEvent(
                    EventKind.PasswordChanged, account.Id, From: from,
                    Detail: SecurityEvent.SessionsEnded(ended.Count)));
                return ended;
            },
            cancellation);
        if (ended is null)
            return InputError.PasswordChangedMeanwhile;
        invalidator.Invalidate(account.Id);
        telemetry.SessionsEnded(ended);
        return null;
    }

    /// <summary>Finds an account by the login name that an operator typed. A hyphen stands for an underscore.</summary>
    public async Task<Account?> FindAsync(string typed) =>
        Account.LoginOf(typed) is var login && Account.IsLogin(login) ? await accounts.FindByNameAsync(login) : null;

    private IEnumerable<InputError> Check(Account account, NewAccount input)
    {
        if (!Account.IsLogin(account.UserName))
            yield return InputError.NotALogin;
        if (!Account.IsMailbox(account.Email))
            yield return InputError.NotAnEmail;
        if (account.DisplayName.Length > MaxDisplayNameLength || !OneLine.Is(account.DisplayName))
        {
            yield return new InputError(
                nameof(NewAccount.DisplayName),
                new Text(
                    "A name has at most {0} characters, and no line breaks or other control characters.",
                    MaxDisplayNameLength));
        }

        if (input.Identity is null && rules.Check(account, input.Password, input.MinPasswordLength) is { } wrong)
            yield return wrong;
    }

    private void Created(Account account, NewAccount input)
    {
        events.Add(new SecurityEvent(EventKind.AccountCreated, account.Id, From: input.From));
        if (input.Identity is { } identity)
        {
            events.Add(new SecurityEvent(
                EventKind.IdentityLinked, account.Id, From: input.From, Detail: identity.Name));
        }
    }

    private static string FieldOf(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.InvalidUserName) =>
            nameof(NewAccount.Login),
        nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.DuplicateEmail) =>
            nameof(NewAccount.Email),
        _ => nameof(NewAccount.Password),
    };

    private static Text Sentence(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.DuplicateUserName) => InputError.LoginIsTaken.Message,
        _ => new Text("This cannot be used. Enter something else."),
    };
}
