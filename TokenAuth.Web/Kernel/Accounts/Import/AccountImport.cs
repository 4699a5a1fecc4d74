using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using TokenAuth.Kernel.Accounts.Hashes;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Import;

/// <summary>What became of a batch of lines.</summary>
/// <param name="Added">The accounts that were added; on a dry run, those that would be.</param>
/// <param name="Wrapped">How many of them have a weak hash, which cost a slow one.</param>
/// <param name="WithoutPassword">How many of them have no hash.</param>
/// <param name="Skipped">The lines whose account is in the store already.</param>
internal sealed record ImportedBatch(
    int Added, int Wrapped, int WithoutPassword, int Skipped, IReadOnlyList<RefusedLine> Refused);

/// <summary>
/// One run of an import of accounts. A batch is one transaction, so a run that ends at any moment leaves whole accounts
/// only, and another run of the same lines goes on where it ended.
/// </summary>
internal sealed class AccountImport(
    Store store, SecurityLog events, IPasswordHasher<Account> hasher, FreeLogins free, TimeProvider clock)
{
    private static readonly Account NoAccount = new();

    /// <summary>The login names of a dry run, which the store does not get.</summary>
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);

    private long? _lastBefore;

    /// <summary>Adds the accounts of a batch, or on a dry run tells what would become of them.</summary>
    /// <param name="hasStore">False if a dry run has no store to look into.</param>
    public async Task<ImportedBatch> AddAsync(
        IReadOnlyList<ImportLine> lines, bool dryRun, bool hasStore, CancellationToken cancellation)
    {
        _lastBefore ??= hasStore ? await AccountRows.LastIdAsync(store, cancellation) : 0;
        var refused = new List<RefusedLine>();
        var candidates = new Dictionary<string, ImportCandidate>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            if (!Account.IsLogin(line.Login))
            {
                refused.Add(new RefusedLine(line.Number, await BadLoginAsync(line.Login ?? "")));
                continue;
            }

            var (candidate, refusal) = ImportCandidate.Read(line, clock.GetUtcNow());
            if (candidate is null)
                refused.Add(new RefusedLine(line.Number, refusal!));
            else if (_seen.Contains(candidate.Login) || !candidates.TryAdd(candidate.Login, candidate))
                await RefuseAsync(candidate, "came before in this file");
        }

        var skipped = 0;
        var existing = hasStore ? await AccountRows.FindAsync(store, candidates.Keys, cancellation) : [];
        foreach (var account in existing)
        {
            candidates.Remove(account.Login, out var candidate);
            if (account.Id > _lastBefore)
                await RefuseAsync(candidate!, "came before in this file, or was taken during the import");
            else if (account.NormalEmail != candidate!.NormalEmail)
                await RefuseAsync(candidate, "belongs to an account with another e-mail address");
            else
                skipped++;
        }

        var added = dryRun
            ? candidates.Values
            : await InsertAsync([.. candidates.Values.OrderBy(candidate => candidate.Line)], cancellation);
        foreach (var taken in candidates.Values.Except(added))
            await RefuseAsync(taken, "was taken during the import");
        if (dryRun)
            _seen.UnionWith(candidates.Keys);
        return new ImportedBatch(
            added.Count,
            added.Count(candidate => candidate.Hash is { Read.IsWeak: true }),
            added.Count(candidate => candidate.Hash is null),
            skipped,
            [.. refused.OrderBy(line => line.Number)]);

        async Task<string> BadLoginAsync(string login) => login.Length == 0
            ? "the login name is missing"
            : $"a login name has 1 to {Account.MaxLoginLength} letters, digits or underscores; "
                + $"free is {await SuggestAsync(login)}";

        async Task RefuseAsync(ImportCandidate candidate, string reason) => refused.Add(new RefusedLine(
            candidate.Line,
            $"the login name {candidate.Login} {reason}; free is {await SuggestAsync(candidate.Login)}"));

        Task<string> SuggestAsync(string login) => free.SuggestAsync(
            login, name => _seen.Contains(name) || candidates.ContainsKey(name), hasStore, cancellation);
    }

    /// <summary>
    /// Inserts the accounts whose login names are still free, and returns them. Once the transaction has begun, it is
    /// not cancelled, so that what is reported is what happened.
    /// </summary>
    private async Task<IReadOnlyCollection<ImportCandidate>> InsertAsync(
        ImportCandidate[] candidates, CancellationToken cancellation)
    {
        var rows = new ConcurrentBag<NewAccountRow>();
        var options = new ParallelOptions
        {
            CancellationToken = cancellation,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        Parallel.ForEach(candidates, options, candidate => rows.Add(new NewAccountRow(
            candidate, HashOf(candidate.Hash), RandomToken.Hex(32), RandomToken.Hex(32))));
        if (rows.IsEmpty)
            return [];

        NewAccountRow[] ordered = [.. rows.OrderBy(row => row.Candidate.Line)];
        var inserted = await events.WriteAsync(
            async (connection, happened) =>
            {
                var inserted = await AccountRows.InsertAsync(connection, ordered);
                foreach (var (id, _) in inserted)
                    happened.Add(new SecurityEvent(EventKind.AccountCreated, id, Detail: "import"));
                return inserted;
            },
            CancellationToken.None);
        var names = inserted.Select(row => row.NormalLogin).ToHashSet(StringComparer.Ordinal);
        return [.. candidates.Where(candidate => names.Contains(candidate.NormalLogin))];
    }

    private string? HashOf(ImportHash? hash) => hash is null
        ? null
        : ImportedHash.Store(
            hash.Read, hash.Scheme, hash.Text, hash.Salt, digest => hasher.HashPassword(NoAccount, digest));
}
