using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Accounts;

/// <summary>An error in one field of a form, or one argument of a command, in a sentence for a person.</summary>
/// <param name="RetryAfter">The time to wait before a retry, if the input itself is not at fault.</param>
internal sealed record InputError(string Field, Text Message, TimeSpan? RetryAfter = null)
{
    public static readonly InputError Busy = new(
        "", new Text("Too many people are signing up right now. Try again in a moment."), TimeSpan.FromSeconds(1));

    public static readonly InputError LoginIsTaken =
        new(nameof(NewAccount.Login), new Text("This login name is taken. Choose another one."));

    public static readonly InputError NotALogin = new(
        nameof(NewAccount.Login),
        new Text("A login name has 1 to {0} letters, digits or underscores.", Account.MaxLoginLength));

    public static readonly InputError NotAnEmail =
        new(nameof(NewAccount.Email), new Text("Enter an e-mail address, such as name@example.org."));

    public static readonly InputError PasswordChangedMeanwhile = new(
        "",
        new Text(
            "Your password was changed in the meantime, in another window or on another device. "
                + "This change was not made."));

    /// <summary>
    /// Creates the error of an exceeded sign-up limit. It does not tell which limit, so that it does not reveal whether
    /// others use this e-mail address.
    /// </summary>
    public static InputError TooMany(TimeSpan wait) => new(
        "",
        new Text(
            "Too many accounts were created from your network or with this e-mail address. {0}",
            Http.RetryAfter.Sentence(wait)),
        wait);
}
