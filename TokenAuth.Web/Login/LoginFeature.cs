using TokenAuth.Kernel.Languages;

namespace TokenAuth.Login;

/// <summary>
/// The sign-in pages that all dialects share: <c>/signin</c>, <c>/signin/verify</c>, <c>/signin/upstream</c>,
/// <c>/signin/link</c>, <c>/signup</c>, <c>/signout</c>, <c>/forgot</c>, <c>/reset</c> and <c>/confirm</c>. Owns their
/// forms; the sign-in itself belongs to the kernel.
/// </summary>
internal static class LoginFeature
{
    public const string AccountPath = "/account";

    /// <summary>
    /// The message for a form whose antiforgery token is no longer valid. The page keeps the typed values except the
    /// password.
    /// </summary>
    public static readonly Text FormTooOld = new Text(
        "This form was open for too long. Enter your password and send it again. "
            + "If this keeps happening, allow cookies for this site.");
}
