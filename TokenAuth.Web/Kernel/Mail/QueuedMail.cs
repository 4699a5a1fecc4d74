namespace TokenAuth.Kernel.Mail;

/// <summary>A message that waits to be sent. Its row is deleted when the mail server has taken it.</summary>
internal sealed class QueuedMail
{
    public long Id { get; set; }

    /// <summary>The account that the message is for; null if it belongs to none.</summary>
    public long? AccountId { get; set; }

    /// <summary>What the message is about, such as <c>password_reset</c>. Administrators see it.</summary>
    public required string Kind { get; set; }

    /// <summary>The message with its recipient, encrypted with the key ring, because it may have a link.</summary>
    public required string ProtectedContent { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The time after which the message is useless and is dropped.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>The time of the next attempt. While a node sends the message, it is the end of its lease.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>The mail server's last refusal; null before the first.</summary>
    public string? LastError { get; set; }
}
