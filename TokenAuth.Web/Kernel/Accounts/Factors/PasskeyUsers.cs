using Microsoft.AspNetCore.Identity;

namespace TokenAuth.Kernel.Accounts.Factors;

/// <summary>
/// Shows accounts with their passkeys to ASP.NET Core Identity's passkey handler, which only reads. An account's
/// identifier is its passkey handle.
/// </summary>
internal sealed class PasskeyUsers(Passkeys passkeys) : IUserPasskeyStore<Account>
{
    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasskeyHandle ?? "");

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.UserName);

    public async Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        await passkeys.FindAsync(userId, cancellationToken) is { } id
            ? new Account { Id = id, PasskeyHandle = userId }
            : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) =>
        await passkeys.ReadAsync(user.Id, cancellationToken);

    public async Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.OwnerAsync(credentialId, cancellationToken) is { } id ? new Account { Id = id } : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(
        Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await passkeys.ReadAsync(user.Id, cancellationToken)).Find(
            passkey => passkey.CredentialId.AsSpan().SequenceEqual(credentialId));

    public void Dispose()
    {
    }

    public Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task SetNormalizedUserNameAsync(
        Account user, string? normalizedName, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
