namespace TokenAuth.Kernel.Storage;

/// <summary>
/// Thrown if the store, or a file that should become one, is unfit for the operation. Nothing was changed; the message
/// gives the reason in one line.
/// </summary>
internal sealed class StoreRefusedException(string message) : Exception(message);
