namespace TokenAuth.Kernel.Secrets;

/// <summary>Files of the data directory: only the account that runs the server may read them.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Half a minute of waiting for a lock; then whatever is wrong is no other process at work.</summary>
    private const int MaxTries = 600;

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Makes an empty file where there is none.</summary>
    public static void Create(string path) => Open(path, FileMode.OpenOrCreate).Dispose();

    /// <summary>
    /// The content of a file that is made once: by this process, or by another that was faster. It is complete
    /// whenever it can be seen.
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
                File.Move(unfinished, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(unfinished);
            }
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>Waits until no other process holds the file; it is let go when it is disposed, or when the process ends.</summary>
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
}
