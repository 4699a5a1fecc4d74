namespace TokenAuth.Login;

/// <summary>
/// The one login page of all dialects: <c>/signin</c>, <c>/signup</c> and <c>/signout</c>. Owns what is typed there; what a
/// sign-in is belongs to the kernel.
/// </summary>
internal static class LoginFeature
{
    /// <summary>NIST SP 800-63B and ASVS 5, 6.2.1.</summary>
    public const int ShortestPassword = 8;

    public const string AccountPath = "/account";
}
