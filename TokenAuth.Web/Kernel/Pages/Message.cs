using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Pages;

/// <summary>A page that consists of a message. The partial page <c>_Message</c> shows it.</summary>
internal sealed record Message(Text Title, params IReadOnlyList<Text> Paragraphs)
{
    /// <summary>
    /// Adds an element of class <c>ok</c>, by which old clients that read the page recognise success.
    /// </summary>
    public bool IsSuccess { get; init; }

    /// <summary>A code that the person copies or types elsewhere.</summary>
    public string? Code { get; init; }

    /// <summary>A link to the next page: its text and its address.</summary>
    public (Text Text, string Address)? Onward { get; init; }
}
