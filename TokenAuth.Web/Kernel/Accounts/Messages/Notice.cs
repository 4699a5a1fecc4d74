using System.Collections.Frozen;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Accounts.Messages;

/// <summary>The words of a notice about a security event.</summary>
/// <param name="Sentence">What happened.</param>
/// <param name="IsLast">Tells whether the account can no longer be opened, so that there is nothing left to do.</param>
internal sealed record Notice(Text Subject, Text Sentence, bool IsLast = false)
{
    /// <summary>
    /// Tells whether the notice is news about the person's applications, which calls for no check of the account.
    /// </summary>
    public bool IsOfConsole { get; init; }

    /// <summary>The events that the account's owner is told of by mail.</summary>
    public static readonly FrozenDictionary<EventKind, Notice> All = new Dictionary<EventKind, Notice>
    {
        [EventKind.NewDevice] = new(
            new Text("New sign-in"), new Text("Someone signed in to your account with a new browser.")),
        [EventKind.PasswordChanged] = new(
            new Text("Password changed"), new Text("The password of your account was changed.")),
        [EventKind.PasswordReset] = new(
            new Text("Password reset"), new Text("A new password was set for your account with a link.")),
        [EventKind.EmailChangeRequested] = new(
            new Text("E-mail address change requested"),
            new Text(
                "Someone asked to use another e-mail address for your account. This address stays in use until the "
                + "other one is confirmed.")),
        [EventKind.EmailChanged] = new(
            new Text("E-mail address changed"),
            new Text("The e-mail address of your account was changed. From now on, messages go to the new address.")),
        [EventKind.PasskeyAdded] = new(new Text("Passkey added"), new Text("A passkey was added to your account.")),
        [EventKind.PasskeyRemoved] = new(
            new Text("Passkey removed"), new Text("A passkey was removed from your account.")),
        [EventKind.AuthenticatorOn] = new(
            new Text("Authenticator app turned on"),
            new Text("An authenticator app was set up for your account. Signing in now needs its codes.")),
        [EventKind.AuthenticatorOff] = new(
            new Text("Authenticator app turned off"),
            new Text("The authenticator app of your account was turned off. Signing in no longer needs its codes.")),
        [EventKind.SecondFactorOn] = new(
            new Text("Two-step sign-in turned on"),
            new Text("Signing in to your account with the password now needs a second step.")),
        [EventKind.SecondFactorOff] = new(
            new Text("Two-step sign-in turned off"),
            new Text("The password of your account is now enough to sign in, and its recovery codes no longer work.")),
        [EventKind.RecoveryCodesMade] = new(
            new Text("New recovery codes"),
            new Text("New recovery codes were created for your account. Earlier codes no longer work.")),
        [EventKind.RecoveryCodeUsed] = new(
            new Text("Recovery code used"), new Text("Someone signed in to your account with a recovery code.")),
        [EventKind.IdentityLinked] = new(
            new Text("New way to sign in"),
            new Text("An account at another service was linked to your account. It can be used to sign in.")),
        [EventKind.IdentityRemoved] = new(
            new Text("Way to sign in removed"),
            new Text("An account at another service can no longer be used to sign in to your account.")),
        [EventKind.KeyMade] = new(
            new Text("API key created"),
            new Text("An API key was created for your account. Programs can sign in with it.")),
        [EventKind.KeyRevoked] = new(new Text("API key revoked"), new Text("An API key of your account was revoked.")),
        [EventKind.AccountRenamed] = new(
            new Text("Login name changed"),
            new Text("The login name of your account was changed. The new one is shown below.")),
        [EventKind.ErasureRequested] = new(
            new Text("Account closed"),
            new Text("Your account was closed and will be erased in a week. To keep it, sign in before then.")),
        [EventKind.ErasureCancelled] = new(
            new Text("Account kept"), new Text("Your account will not be erased. You can use it again.")),
        [EventKind.ApplicationApproved] = new(
            new Text("Application approved"),
            new Text("An administrator approved what you asked for one of your applications."))
        {
            IsOfConsole = true,
        },
        [EventKind.ApplicationRefused] = new(
            new Text("Application not approved"),
            new Text("An administrator refused what you asked for one of your applications."))
        {
            IsOfConsole = true,
        },
        [EventKind.ApplicationTransferred] = new(
            new Text("Application transferred"),
            new Text("One of your applications now belongs to another account, which accepted your offer.")),
        [EventKind.AccountErased] = new(
            new Text("Account erased"), new Text("Your account and its data were permanently erased."), IsLast: true),
    }.ToFrozenDictionary();

    /// <summary>
    /// The events without a notice: the person sees them happen, they are the operator's, or they are too many.
    /// </summary>
    public static readonly FrozenSet<EventKind> None = new[]
    {
        EventKind.SignIn, EventKind.SignInFailed, EventKind.SignInThrottled, EventKind.SessionEnded,
        EventKind.ConsentGiven, EventKind.ConsentRefused, EventKind.ConsentRemoved,
        EventKind.AccountCreated, EventKind.AccountStateChanged, EventKind.AccountUnlocked,
        EventKind.AdministratorAdded, EventKind.AdministratorRemoved,
        EventKind.ResetLinkMade, EventKind.EmailConfirmed, EventKind.MailRefused,
        EventKind.ApplicationRegistered, EventKind.ApplicationEnabled, EventKind.ApplicationDisabled,
        EventKind.ApplicationChanged, EventKind.ApplicationDeleted, EventKind.SecretRotated, EventKind.UserRoleChanged,
        EventKind.ApplicationOffered, EventKind.ApplicationReceived, EventKind.SignatureExplained,
    }.ToFrozenSet();
}
