using System.Diagnostics.CodeAnalysis;

namespace TokenAuth.Kernel.Faults;

/// <summary>The outcome of a kernel operation: a value, or the fault that replaces it.</summary>
internal readonly record struct Outcome<T>
{
    private Outcome(T value) => Value = value;

    private Outcome(Fault fault) => Fault = fault;

    public T? Value { get; }

    public Fault? Fault { get; }

    /// <summary>Returns true and the value if the operation succeeded; otherwise false and the fault.</summary>
    public bool Succeeded([NotNullWhen(true)] out T? value, out Fault fault)
    {
        value = Value;
        fault = Fault.GetValueOrDefault();
        return Fault is null;
    }

    public static implicit operator Outcome<T>(T value) => new(value);

    public static implicit operator Outcome<T>(Fault fault) => new(fault);

    public static implicit operator Outcome<T>(FaultKind kind) => new(new Fault(kind));
}
