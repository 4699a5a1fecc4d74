namespace TokenAuth.Tests.Architecture;

/// <summary>The source files of the product.</summary>
internal static class SourceTree
{
    public static DirectoryInfo Root { get; } = Find();

    /// <summary>Reads the files of TokenAuth.Web; paths are relative to it, with forward slashes.</summary>
    public static IReadOnlyList<(string Path, string Text)> Files(params string[] extensions)
    {
        var web = Path.Combine(Root.FullName, "TokenAuth.Web");
        var files = Directory.EnumerateFiles(web, "*", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(web, file).Replace('\\', '/'), File: file))
            .Where(file => extensions.Any(ending => file.Path.EndsWith(ending, StringComparison.Ordinal)))
            .Where(
                file => !file.Path.StartsWith("bin/", StringComparison.Ordinal)
                    && !file.Path.StartsWith("obj/", StringComparison.Ordinal)
                    && !file.Path.StartsWith("data/", StringComparison.Ordinal))
            .Select(file => (file.Path, File.ReadAllText(file.File)))
            .ToList();
        Assert.NotEmpty(files);
        return files;
    }

    private static DirectoryInfo Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "TokenAuth.sln")))
            directory = directory.Parent
                ?? throw new InvalidOperationException($"No TokenAuth.sln above {AppContext.BaseDirectory}");
        return directory;
    }
}
