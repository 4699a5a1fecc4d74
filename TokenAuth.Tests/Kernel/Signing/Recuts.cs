using CsCheck;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Signing;

/// <summary>An attacker: recuts a signed parameter set into other sorted pairs with the same base string.</summary>
internal sealed class Recuts(string nameEnd, PCG random)
{
    /// <summary>A different reading of the same base string, or null if this attempt finds none.</summary>
    public List<Parameter>? Of(List<Parameter> set)
    {
        var cut = new List<Parameter>(set);
        for (var step = random.Below(3); step >= 0; step--)
        {
            var at = random.Below(cut.Count);
            switch (random.Below(5))
            {
                case 0:
                    MoveBoundary(cut, at);
                    break;
                case 1:
                    Merge(cut, at);
                    break;
                case 2:
                    MoveEndOfName(cut, at);
                    break;
                default:
                    Split(cut, at);
                    break;
            }
        }

        return IsSorted(cut) ? cut : null;
    }

    /// <summary>Whether the set is sorted, without duplicates and empty names, as in every call.</summary>
    public static bool IsSorted(List<Parameter> set)
    {
        for (var i = 1; i < set.Count; i++)
        {
            if (string.CompareOrdinal(set[i - 1].Name, set[i].Name) >= 0)
                return false;
        }

        return set.TrueForAll(pair => pair.Name.Length > 0);
    }

    /// <summary>Moves the end of a value into the next name, or the start of the next name into the value.</summary>
    private void MoveBoundary(List<Parameter> set, int at)
    {
        if (at + 1 >= set.Count)
            return;
        var both = set[at].Value + set[at + 1].Name;
        var end = Math.Clamp(set[at].Value.Length + random.Below(9) - 4, 0, both.Length);
        set[at] = set[at] with { Value = both[..end] };
        set[at + 1] = set[at + 1] with { Name = both[end..] };
    }

    private void Merge(List<Parameter> set, int at)
    {
        if (at + 1 >= set.Count)
            return;
        set[at] = set[at] with { Value = set[at].Value + set[at + 1].Name + nameEnd + set[at + 1].Value };
        set.RemoveAt(at + 1);
    }

    private void Split(List<Parameter> set, int at)
    {
        var value = set[at].Value;
        var begin = random.Below(value.Length + 1);
        if (EndOfName(value, begin) is not { } end)
            return;
        set[at] = set[at] with { Value = value[..begin] };
        set.Insert(at + 1, new Parameter(value[begin..end], value[(end + nameEnd.Length)..]));
    }

    private void MoveEndOfName(List<Parameter> set, int at)
    {
        var pair = set[at].Name + nameEnd + set[at].Value;
        if (EndOfName(pair, random.Below(set[at].Name.Length + 1)) is not { } end)
            return;
        set[at] = new Parameter(pair[..end], pair[(end + nameEnd.Length)..]);
    }

    /// <summary>A position after this one at which a name can end.</summary>
    private int? EndOfName(string text, int from)
    {
        var end = nameEnd.Length > 0
            ? text.IndexOf(nameEnd, from, StringComparison.Ordinal)
            : from + random.Below(Math.Min(10, text.Length - from) + 1);
        return end > 0 ? end : null;
    }
}
