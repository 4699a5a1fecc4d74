namespace TokenAuth.Kernel.Pages;

/// <summary>A page that only says something; the partial page <c>_Message</c> shows it.</summary>
internal sealed record Message(string Title, params IReadOnlyList<string> Paragraphs)
{
    /// <summary>Old clients that read this page look for success in an element of class <c>ok</c>.</summary>
    public bool IsSuccess { get; init; }

    /// <summary>What the person is to copy or type elsewhere.</summary>
    public string? Code { get; init; }

    /// <summary>Where the person may want to go on to: what the link says, and its address.</summary>
    public (string Text, string Address)? Onward { get; init; }
}
