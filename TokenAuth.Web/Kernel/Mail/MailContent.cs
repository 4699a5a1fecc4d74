using System.Text.Json;

namespace TokenAuth.Kernel.Mail;

/// <summary>A message as it waits in the queue, complete but for its date.</summary>
/// <param name="To">The recipient's address, without a name.</param>
/// <param name="Text">The body as plain text.</param>
/// <param name="Html">The same body as HTML.</param>
/// <param name="Language">The code of the language, such as <c>fr</c>.</param>
/// <param name="MessageId">
/// The identifier in the header <c>Message-Id</c>, without brackets. It stays the same if the message is sent twice, so
/// that mailboxes can recognise the copy.
/// </param>
internal sealed record MailContent(
    string To, string Subject, string Text, string Html, string Language, string MessageId)
{
    public string Serialize() => JsonSerializer.Serialize(this);

    public static MailContent? Deserialize(string text) => JsonSerializer.Deserialize<MailContent>(text);
}
