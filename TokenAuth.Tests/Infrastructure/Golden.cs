using System.Text;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// Approved files in a folder <c>Golden</c> of the source tree. With <c>UPDATE_GOLDEN=1</c> in the environment they are
/// rewritten instead of compared; what changed is then reviewed as any other change.
/// </summary>
/// <param name="folder">Below the project of the tests; empty for its root.</param>
internal sealed class Golden(string folder)
{
    private static readonly bool Rewrites = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    private readonly string _directory = Path.Combine(Project(), folder, "Golden");

    /// <summary>Compares byte by byte.</summary>
    public void Matches(string file, string actual)
    {
        var path = Path.Combine(_directory, file);
        var bytes = Encoding.UTF8.GetBytes(actual);
        if (Rewrites)
        {
            Directory.CreateDirectory(_directory);
            File.WriteAllBytes(path, bytes);
            return;
        }

        Assert.True(File.Exists(path), $"{file} is missing: run the tests once with UPDATE_GOLDEN=1 and read what they write");
        var approved = File.ReadAllBytes(path);
        Assert.Equal(Encoding.UTF8.GetString(approved), actual);
        Assert.Equal(approved, bytes);
    }

    /// <summary>A file that nothing compares any more is approved by nobody.</summary>
    public void HasOnly(IEnumerable<string> files) =>
        Assert.Equal(
            files.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(_directory).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    private static string Project()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "TokenAuth.sln")))
                return Path.Combine(directory.FullName, "TokenAuth.Tests");
        }

        throw new InvalidOperationException("The golden files are in the source tree, and the tests do not run below it.");
    }
}
