namespace TokenAuth.Kernel.Mail;

/// <summary>A part of a message, already in the person's language.</summary>
internal abstract record MailPart;

internal sealed record MailParagraph(string Text) : MailPart;

/// <summary>A name with its value, such as the time of an event. Facts that follow one another form a table.</summary>
internal sealed record MailFact(string Name, string Value) : MailPart;

/// <summary>A link to a page of this server.</summary>
/// <param name="Address">The absolute address.</param>
internal sealed record MailLink(string Text, string Address) : MailPart;
