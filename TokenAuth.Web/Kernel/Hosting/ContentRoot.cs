namespace TokenAuth.Kernel.Hosting;

/// <summary>
/// Where the program's own files are, whatever directory it is started from: beside a published copy's assembly, or
/// in the project of an unpublished one.
/// </summary>
internal static class ContentRoot
{
    public static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "TokenAuth.Web.csproj")))
                return directory.FullName;
        }

        return AppContext.BaseDirectory;
    }
}
