using System.Text;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// Approved files in a <c>Golden</c> folder of the source tree. With <c>UPDATE_GOLDEN=1</c> in the environment the
/// tests rewrite these files instead of comparing them; review the changes like any other.
/// </summary>
/// <param name="folder">The folder below the test project; empty for the project itself.</param>
internal sealed class Golden(string folder)
{
    private static readonly bool Rewrites = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    private readonly string _directory = Path.Combine(Project(), folder, "Golden");

    /// <summary>Compares the files byte by byte.</summary>
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

        Assert.True(
            File.Exists(path), $"{file} is missing: run the tests once with UPDATE_GOLDEN=1 and read what they write");
        var approved = File.ReadAllBytes(path);
        Assert.Equal(Encoding.UTF8.GetString(approved), actual);
        Assert.Equal(approved, bytes);
    }

    /// <summary>Fails if the folder holds a file that no test compares.</summary>
    public void HasOnly(IEnumerable<string> files) =>
        Assert.Equal(
            files.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(_directory).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    private static string Project()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory);
            directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "TokenAuth.sln")))
                return Path.Combine(directory.FullName, "TokenAuth.Tests");
        }

        throw new InvalidOperationException(
            "The golden files are in the source tree, and the tests do not run below it.");
    }
}
