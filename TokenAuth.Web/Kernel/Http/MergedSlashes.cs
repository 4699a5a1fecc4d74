namespace TokenAuth.Kernel.Http;

/// <summary>
/// Reads several slashes in a path as one, as Apache did, on which the old services ran: a person who types a server's
/// address with a slash at the end makes a client ask for <c>//interface/flat</c>. It comes before routing, so everything
/// that decides by the path, or redirects to it, sees the merged one.
/// </summary>
internal static class MergedSlashes
{
    public static IApplicationBuilder UseMergedSlashes(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.Value is { } path && path.Contains("//", StringComparison.Ordinal))
        {
            context.Features.Set(new PathAsSent(context.Request.Path));
            context.Request.Path = Merge(path);
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

/// <summary>The path as the caller sent it, where slashes in it were merged: what the caller has signed.</summary>
internal sealed record PathAsSent(PathString Path);
