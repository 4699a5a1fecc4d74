using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Import;

/// <summary>An account to insert.</summary>
internal sealed record NewAccountRow(
    ImportCandidate Candidate, string? PasswordHash, string SecurityStamp, string ConcurrencyStamp);

/// <summary>An account of the store that has the login name of a line.</summary>
internal sealed record ExistingAccount(long Id, string Login, string? NormalEmail);

/// <summary>Statements of an import, for many rows at once.</summary>
internal static class AccountRows
{
    /// <summary>The number of rows of one statement. The remainder of a batch goes row by row.</summary>
    private const int RowsPerStatement = 50;

    private static readonly string InsertOne = Insertion(1);
    private static readonly string InsertMany = Insertion(RowsPerStatement);

    private static readonly string Find =
        "SELECT id, user_name, normalized_email FROM accounts WHERE normalized_user_name IN ("
        + string.Join(", ", Enumerable.Range(0, RowsPerStatement).Select(row => $"@name{row}")) + ")";

    /// <summary>Returns the highest number of an account; 0 if there is none.</summary>
    public static ValueTask<long> LastIdAsync(Store store, CancellationToken cancellation) => store.ReadAsync(
        connection => connection.FirstAsync("SELECT COALESCE(MAX(id), 0) FROM accounts", row => row.GetInt64(0)),
        cancellation);

    /// <summary>Returns the accounts with these login names, in any case.</summary>
    public static async Task<IReadOnlyList<ExistingAccount>> FindAsync(
        Store store, IReadOnlyCollection<string> logins, CancellationToken cancellation)
    {
        var found = new List<ExistingAccount>();
        foreach (var chunk in logins.Chunk(RowsPerStatement))
        {
            // A shorter chunk repeats its last name, so that there is one statement to prepare.
            SqlParameter[] names =
            [
                .. Enumerable.Range(0, RowsPerStatement).Select(
                    row => (SqlParameter)($"@name{row}", chunk[Math.Min(row, chunk.Length - 1)].ToUpperInvariant())),
            ];
            found.AddRange(await store.ReadAsync(
                connection => connection.ListAsync(
                    Find, row => new ExistingAccount(row.GetInt64(0), row.GetString(1), row.TextOrNull(2)), names),
                cancellation));
        }

        return found;
    }

    /// <summary>Inserts accounts, except those whose login names are taken. Returns those that were inserted.</summary>
    public static async Task<IReadOnlyList<(long Id, string NormalLogin)>> InsertAsync(
        StoreConnection connection, NewAccountRow[] rows)
    {
        var inserted = new List<(long, string)>();
        foreach (var chunk in rows.Chunk(RowsPerStatement))
        {
            if (chunk.Length == RowsPerStatement)
            {
                inserted.AddRange(await InsertAsync(connection, InsertMany, [.. chunk.SelectMany(Values)]));
                continue;
            }

            foreach (var row in chunk)
                inserted.AddRange(await InsertAsync(connection, InsertOne, Values(row, 0)));
        }

        return inserted;
    }

    private static ValueTask<List<(long, string)>> InsertAsync(
        StoreConnection connection, string sql, SqlParameter[] values) =>
        connection.ListAsync(sql, row => (row.GetInt64(0), row.GetString(1)), values);

    /// <summary>The values that Identity sets for a new account.</summary>
    private static string Insertion(int rows) =>
        """
        INSERT INTO accounts (
            user_name, normalized_user_name, email, normalized_email, display_name, state, created_at, password_hash,
            security_stamp, concurrency_stamp, is_admin, email_confirmed, phone_number_confirmed, two_factor_enabled,
            lockout_enabled, access_failed_count, last_session_number)
        VALUES
        """
        + string.Join(", ", Enumerable.Range(0, rows).Select(row =>
            $" (@login{row}, @normal{row}, @email{row}, @normal_email{row}, @name{row}, @state{row}, @created{row}, "
            + $"@hash{row}, @stamp{row}, @concurrency{row}, FALSE, FALSE, FALSE, FALSE, TRUE, 0, 0)"))
        + " ON CONFLICT (normalized_user_name) DO NOTHING RETURNING id, normalized_user_name";

    private static SqlParameter[] Values(NewAccountRow row, int index) =>
    [
        ($"@login{index}", row.Candidate.Login),
        ($"@normal{index}", row.Candidate.NormalLogin),
        ($"@email{index}", row.Candidate.Email),
        ($"@normal_email{index}", row.Candidate.NormalEmail),
        ($"@name{index}", row.Candidate.Name),
        ($"@state{index}", (long)row.Candidate.State),
        ($"@created{index}", row.Candidate.Created),
        ($"@hash{index}", row.PasswordHash),
        ($"@stamp{index}", row.SecurityStamp),
        ($"@concurrency{index}", row.ConcurrencyStamp),
    ];
}
