namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// Tests that run while no other test does, because they observe the whole process, such as all spans of a library.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
