namespace TokenAuth.Kernel.Pages;

/// <summary>A page that only says something; the partial page <c>_Message</c> shows it.</summary>
internal sealed record Message(string Title, params IReadOnlyList<string> Paragraphs);
