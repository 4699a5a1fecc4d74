using System.Runtime.InteropServices;

namespace TokenAuth.Kernel.Secrets;

/// <summary>Creates and locks files that only the account of the server may read.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// The attempts of half a minute. If a lock is held for longer, the failure is not another process at work.
    /// </summary>
    private const int MaxTries = 600;

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Creates an empty file if it does not exist.</summary>
    public static void Create(string path) => Open(path, FileMode.OpenOrCreate).Dispose();

    /// <summary>
    /// Returns the content of a file, and creates the file if it does not exist. If several processes create it, one
    /// file wins. The file is complete as soon as it is visible.
    /// </summary>
    public static byte[] ReadOrCreate(string path, Func<byte[]> make)
    {
        if (!File.Exists(path))
        {
            CreateDirectory(Path.GetDirectoryName(path)!);
            var unfinished = $"{path}.{Environment.ProcessId}";
            using (var file = Open(unfinished, FileMode.Create))
            {
                file.Write(make());
                file.Flush(flushToDisk: true);
            }

            try
            {
                MoveToFree(unfinished, path);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(unfinished);
            }
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>
    /// Gives a finished file its name. Of several processes that want the same name, one gets it.
    /// <see cref="File.Move(string, string, bool)"/> does not promise that on Unix: it looks whether the name is free,
    /// and then renames, which replaces a file that was created in between.
    /// </summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public static void MoveToFree(string unfinished, string path)
    {
        if (!OperatingSystem.IsWindows() && Link(unfinished, path) == 0)
            File.Delete(unfinished);
        else if (Path.Exists(path))
            throw new IOException($"{path} is there already.");
        else
            File.Move(unfinished, path, overwrite: false); // the file system has no hard links
    }

    /// <summary>
    /// Locks a file, and waits while another process holds it. The lock ends when the stream is disposed or the process
    /// ends.
    /// </summary>
    public static async Task<FileStream> LockAsync(string path, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return Open(path, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException) when (tries < MaxTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
            }
        }
    }

    private static FileStream Open(string path, FileMode mode, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Gives a file a second name. Returns 0, or -1 if the name is taken or there are no such links.</summary>
    [DllImport("libc", EntryPoint = "link", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string created);
}
