using System.Collections.Concurrent;
using System.Text;

namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>
/// Rewrites named parameters as PostgreSQL knows them: <c>@name</c> becomes <c>$1</c>. Npgsql would do so for each
/// command of each batch; this does it once for each statement.
/// </summary>
internal static class PositionalSql
{
    /// <summary>Statements are constants, so there are few.</summary>
    private static readonly ConcurrentDictionary<string, string> Rewritten = new(StringComparer.Ordinal);

    /// <summary>Returns the text with the positions of its parameters.</summary>
    public static string Of(SqlStatement statement) =>
        Rewritten.TryGetValue(statement.Sql, out var known)
            ? known
            : Rewritten.GetOrAdd(statement.Sql, Rewrite(statement.Sql, statement.Parameters));

    private static string Rewrite(string sql, SqlParameter[] parameters)
    {
        var text = new StringBuilder(sql.Length);
        var rest = sql.AsSpan();
        while (rest.IndexOf('@') is >= 0 and var at)
        {
            var name = rest[at..];
            var length = 1;
            while (length < name.Length && (char.IsAsciiLetterOrDigit(name[length]) || name[length] == '_'))
                length++;
            name = name[..length];
            var position = 0;
            while (!name.SequenceEqual(parameters[position].Name))
                position++;
            text.Append(rest[..at]).Append('$').Append(position + 1);
            rest = rest[(at + length)..];
        }

        return text.Append(rest).ToString();
    }
}
