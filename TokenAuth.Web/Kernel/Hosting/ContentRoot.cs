namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Finds the directory of the program's own files, independent of the current directory: that of the assembly in a
/// published copy, that of the project otherwise.
/// </summary>
internal static class ContentRoot
{
    /// <summary>Returns the directory.</summary>
    public static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory);
            directory is not null;
            directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "TokenAuth.Web.csproj")))
                return directory.FullName;
        }

        return AppContext.BaseDirectory;
    }
}
