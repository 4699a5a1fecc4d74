namespace TokenAuth.Kernel.Storage;

/// <summary>A statement of <see cref="Store.ApplyAsync{T}"/>, with its values.</summary>
internal readonly record struct SqlStatement(string Sql, params SqlParameter[] Parameters);
