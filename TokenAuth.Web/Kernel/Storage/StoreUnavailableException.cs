using System.Data.Common;

namespace TokenAuth.Kernel.Storage;

/// <summary>The store cannot be asked at the moment; whatever was asked was not done.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : DbException(message, inner)
{
    /// <summary>Whether a failure is the store's, however deep a library has wrapped it.</summary>
    public static bool IsBehind(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is DbException)
                return true;
        }

        return false;
    }
}
