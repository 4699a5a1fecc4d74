namespace TokenAuth.Kernel.Mail;

/// <summary>
/// Turns queued requests of one kind into messages. A request is queued instead of carried out where the answer must
/// not tell by its time whether there will be a message.
/// </summary>
internal interface IMailRequest
{
    /// <summary>The kind of the requests in the queue.</summary>
    string Kind { get; }

    /// <summary>
    /// Queues the messages, and removes the request in the same transaction
    /// (<see cref="MailQueue.RemoveAsync(Storage.StoreConnection, LeasedMail)"/>).
    /// </summary>
    Task CarryOutAsync(LeasedMail request, string content, CancellationToken cancellation);
}
