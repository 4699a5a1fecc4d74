using TokenAuth.Kernel.Faults;

namespace TokenAuth.Kernel.Calls.Methods;

/// <summary>
/// A dialect's methods for the developers of clients: what each takes and answers, and how a client writes a call.
/// </summary>
internal interface IMethodReference
{
    /// <summary>The dialect's name for people.</summary>
    string Title { get; }

    /// <summary>Tells whether calls come from an application. If not, they come from an account.</summary>
    bool NeedsApplication { get; }

    /// <summary>All methods that the dialect serves, each once.</summary>
    IReadOnlyList<MethodPage> Pages { get; }

    /// <summary>The formats of calls and answers. The first one is the usual one.</summary>
    IReadOnlyList<CallFormat> Formats { get; }

    /// <summary>The dialect's tables of errors, each with its title.</summary>
    IReadOnlyList<ErrorTable> Errors { get; }

    /// <summary>Writes a call as a client would send it, with its signature.</summary>
    ClientRequest Write(MethodPage page, CallFormat format, ClientCall call);
}

/// <summary>A table of a dialect's errors.</summary>
/// <param name="Of">Returns the code and the message of a fault.</param>
internal sealed record ErrorTable(string Title, Func<Fault, (string Code, string Message)> Of);

/// <summary>A format of calls and answers.</summary>
/// <param name="Name">Its name in addresses, such as <c>json</c>.</param>
/// <param name="Title">Its name for people, such as <c>JSON</c>.</param>
internal sealed record CallFormat(string Name, string Title)
{
    /// <summary>Tells whether the dialect accepts calls in this format over https only.</summary>
    public bool NeedsHttps { get; init; }
}

/// <summary>A method as its page describes it.</summary>
/// <param name="Name">The name in addresses, such as <c>auth.getToken</c>.</param>
/// <param name="Purpose">What the method does, in whole sentences.</param>
internal sealed record MethodPage(string Name, string Purpose)
{
    public IReadOnlyList<CallParameter> Parameters { get; init; } = [];

    /// <summary>The faults that a call of the method can be refused with.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>What differs from the original, in whole sentences.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Tells whether a call changes something, so that a person must confirm a trial.</summary>
    public bool ChangesSomething { get; init; }

    /// <summary>The parameter that a sign-in gives; null if the method takes none.</summary>
    public CallParameter? SignedIn => Parameters.FirstOrDefault(
        parameter => parameter.Source is ParameterSource.Session or ParameterSource.Handshake);
}

/// <summary>Where the value of a parameter comes from.</summary>
internal enum ParameterSource
{
    /// <summary>The developer types it.</summary>
    Typed,

    /// <summary>The client adds it by itself: the key, the signature, the time.</summary>
    Client,

    /// <summary>The login name of an account. The developer's own is proposed.</summary>
    Login,

    /// <summary>The password or an API key of the account. It is never shown.</summary>
    Password,

    /// <summary>The text of a session.</summary>
    Session,

    /// <summary>A handshake that the person has confirmed.</summary>
    Handshake,
}

/// <summary>A parameter of a method.</summary>
/// <param name="Words">What it is.</param>
/// <param name="Form">The form of its value.</param>
/// <param name="Example">The value in the example; empty if the example leaves it out.</param>
internal sealed record CallParameter(string Name, string Words, string Form, string Example = "")
{
    public bool IsRequired { get; init; } = true;

    public ParameterSource Source { get; init; }
}
