using System.Data;
using Dapper;

namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Reads of pages and commands, mapped by Dapper. Calls, sign-ins and the start do not use them, because Dapper
/// compiles code when a query first runs (ADR 16).
/// </summary>
internal static class StoreQueries
{
    static StoreQueries()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new Stored<long, DateTimeOffset>(DateTimeOffset.FromUnixTimeMilliseconds));
        SqlMapper.AddTypeHandler(new Stored<long, TimeSpan>(span => TimeSpan.FromMilliseconds(span)));
        SqlMapper.AddTypeHandler(new Stored<string, string[]>(
            words => words.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    extension(Store store)
    {
        /// <summary>Returns all rows.</summary>
        /// <typeparam name="T">
        /// A value, or a type with a member for each column, such as <c>GrantedAt</c> for <c>granted_at</c>. A record
        /// has them in the order of the columns.
        /// </typeparam>
        public ValueTask<List<T>> QueryAsync<T>(
            string sql, CancellationToken cancellation, params SqlParameter[] parameters) => store.ReadAsync(
            async connection => (await connection.Connection.QueryAsync<T>(sql, Declare(parameters))).AsList(),
            cancellation);
    }

    private static DynamicParameters Declare(SqlParameter[] parameters)
    {
        var declared = new DynamicParameters();
        foreach (var parameter in parameters)
            declared.Add(parameter.Name, parameter.Value, parameter.Type);
        return declared;
    }

    /// <summary>Converts a column to the type of its member.</summary>
    private sealed class Stored<TColumn, TMember>(Func<TColumn, TMember> convert) : SqlMapper.TypeHandler<TMember>
    {
        public override TMember Parse(object value) => convert((TColumn)value);

        public override void SetValue(IDbDataParameter parameter, TMember? value) =>
            throw new NotSupportedException($"{nameof(SqlParameter)} converts parameters.");
    }
}
