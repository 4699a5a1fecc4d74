namespace TokenAuth.Login;

/// <summary>
/// The one login page of all dialects: <c>/signin</c>, <c>/signup</c> and <c>/signout</c>. Owns what is typed there; what a
/// sign-in is belongs to the kernel.
/// </summary>
internal static class LoginFeature
{
    public const string AccountPath = "/account";
}
