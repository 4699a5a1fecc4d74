using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Languages;

namespace TokenAuth.Kernel.Calls;

/// <summary>
/// A dialect as <c>Program.cs</c> lists it. It consists of one folder and one entry of that list: options, services and
/// addresses come from here.
/// </summary>
internal interface IDialect
{
    /// <summary>The dialect's name in the store, in metrics and on the account page.</summary>
    string Name { get; }

    /// <summary>The dialect's configuration section below <c>TokenAuth</c>.</summary>
    string Section { get; }

    /// <summary>The way of signing; null if the dialect has no signatures.</summary>
    ISigningScheme? Signing => null;

    /// <summary>The methods for developers of clients; null if the dialect has no pages for them.</summary>
    IMethodReference? Reference => null;

    /// <summary>Reads the dialect's options and registers its services.</summary>
    void Add(IServiceCollection services, IConfiguration configuration);

    /// <summary>
    /// Describes stored permissions in words that follow "It can:", one text for each. Empty if the dialect has no
    /// permissions.
    /// </summary>
    /// <param name="permissions">The text that consents and sessions of the dialect store.</param>
    IReadOnlyList<Text> InWords(string permissions) => [];

    /// <summary>Maps the dialect's addresses, except those of Razor pages.</summary>
    void Map(IEndpointRouteBuilder routes);
}
