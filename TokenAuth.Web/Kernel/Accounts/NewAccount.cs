using System.Net;
using TokenAuth.Kernel.Accounts.Identities;

namespace TokenAuth.Kernel.Accounts;

/// <summary>An account to create.</summary>
/// <param name="MinPasswordLength">The shortest password that the caller accepts; an operator may choose any.</param>
/// <param name="From">The person's address; null for the command line.</param>
/// <param name="Identity">
/// The identity at the upstream provider that is linked to it; the account then has no password.
/// </param>
internal sealed record NewAccount(
    string Login, string Email, string? DisplayName, string Password, bool IsAdmin = false, int MinPasswordLength = 1,
    IPAddress? From = null, NewIdentity? Identity = null);
