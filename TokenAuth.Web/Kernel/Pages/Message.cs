namespace TokenAuth.Kernel.Pages;

/// <summary>A page that only says something; the partial page <c>_Message</c> shows it.</summary>
internal sealed record Message(string Title, params IReadOnlyList<string> Paragraphs)
{
    /// <summary>Where the person may want to go on to: what the link says, and its address.</summary>
    public (string Text, string Address)? Onward { get; init; }
}
