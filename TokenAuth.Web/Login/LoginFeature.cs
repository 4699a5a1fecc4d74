namespace TokenAuth.Login;

/// <summary>
/// The one login page of all dialects: <c>/signin</c>, <c>/signup</c> and <c>/signout</c>. Owns what is typed there; what a
/// sign-in is belongs to the kernel.
/// </summary>
internal static class LoginFeature
{
    public const string AccountPath = "/account";

    /// <summary>
    /// Said where a form's token no longer holds; the password is the one thing that the page does not keep.
    /// </summary>
    public const string FormTooOld =
        "This form was open for too long. Enter your password and send it once more. "
        + "If this happens again, allow cookies for this site.";
}
