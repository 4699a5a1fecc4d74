using System.Diagnostics.CodeAnalysis;

namespace TokenAuth.Kernel.Faults;

/// <summary>What a kernel operation returns: a value, or the fault for which there is none.</summary>
internal readonly record struct Outcome<T>
{
    private Outcome(T value) => Value = value;

    private Outcome(Fault fault) => Fault = fault;

    public T? Value { get; }

    public Fault? Fault { get; }

    /// <summary>True, with the value, where the operation succeeded; otherwise false, with its fault.</summary>
    public bool Succeeded([NotNullWhen(true)] out T? value, out Fault fault)
    {
        value = Value;
        fault = Fault.GetValueOrDefault();
        return Fault is null;
    }

    /// <summary>For values of an interface type, which cannot be converted implicitly.</summary>
    public static Outcome<T> Of(T value) => new(value);

    public static implicit operator Outcome<T>(T value) => new(value);

    public static implicit operator Outcome<T>(Fault fault) => new(fault);

    public static implicit operator Outcome<T>(FaultKind kind) => new(new Fault(kind));
}
