namespace TokenAuth.Kernel.Http;

/// <summary>
/// Merges several slashes in a path into one, as the Apache servers of the old services did. A client requests
/// <c>//interface/flat</c> if a person enters the server's address with a slash at the end. This runs before routing,
/// so all other code sees the merged path.
/// </summary>
internal static class MergedSlashes
{
    public static IApplicationBuilder UseMergedSlashes(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.Value is { } path && path.Contains("//", StringComparison.Ordinal))
        {
            context.Features.Set(new PathAsSent(context.Request.Path));
            // A conversion would decode the path once more.
            context.Request.Path = new PathString(Merge(path));
        }

        return next(context);
    });

    private static string Merge(string path)
    {
        Span<char> merged = path.Length <= 512 ? stackalloc char[path.Length] : new char[path.Length];
        var length = 0;
        foreach (var c in path)
        {
            if (c != '/' || length == 0 || merged[length - 1] != '/')
                merged[length++] = c;
        }

        return new string(merged[..length]);
    }
}

/// <summary>The path before slashes were merged, which is the path that the caller signed.</summary>
internal sealed record PathAsSent(PathString Path);
