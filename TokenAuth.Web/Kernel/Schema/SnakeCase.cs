using System.Linq.Expressions;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenAuth.Kernel.Schema;

/// <summary>Converts names to snake_case. They need no quotes in either engine, so the same SQL runs on both.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            // A document in a column has no names of its own.
            if (entity.GetContainerColumnName() is { } column)
            {
                entity.SetContainerColumnName(Of(column));
                continue;
            }

            entity.SetTableName(Of(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(Of(property.GetColumnName()));
            foreach (var key in entity.GetKeys())
                key.SetName(Of(key.GetName()!));
            foreach (var key in entity.GetForeignKeys())
                key.SetConstraintName(Of(key.GetConstraintName()!));
            foreach (var index in entity.GetIndexes())
                index.SetDatabaseName(Of(index.GetDatabaseName()!));
        }
    }

    /// <summary>
    /// Maps a short list of texts without spaces to one column, so that no engine needs an array type.
    /// </summary>
    public static void PrimitiveTexts<T>(this EntityTypeBuilder<T> entity, Expression<Func<T, string[]>> property)
        where T : class =>
        entity.Property(property).HasConversion(
            texts => string.Join(' ', texts),
            stored => stored.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            new ValueComparer<string[]>(
                (a, b) => a!.SequenceEqual(b!),
                texts => texts.Aggregate(
                    0, (hash, text) => HashCode.Combine(hash, text.GetHashCode(StringComparison.Ordinal))),
                texts => texts.ToArray()));

    private static string Of(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0
                && char.IsAsciiLetterUpper(name[i])
                && char.IsAsciiLetterOrDigit(name[i - 1])
                && !char.IsAsciiLetterUpper(name[i - 1]))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.Replace("__", "_").ToString();
    }
}
