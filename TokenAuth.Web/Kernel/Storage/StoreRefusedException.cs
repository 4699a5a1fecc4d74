namespace TokenAuth.Kernel.Storage;

/// <summary>The store, or a file that is to be one, is not as it has to be. Nothing was done; the message says why in one line.</summary>
internal sealed class StoreRefusedException(string message) : Exception(message);
