using System.Text.RegularExpressions;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Faults;

namespace TokenAuth.Tests.Reference;

/// <summary>A page has every error that its method answers.</summary>
public sealed partial class MethodErrorTests
{
    public static TheoryData<string> Names => [.. ExampleCalls.Dialects];

    [Fact]
    public void Every_fault_has_advice() =>
        Assert.All(Enum.GetValues<FaultKind>(), kind => Assert.NotEmpty(FaultAdvice.Of(kind)));

    /// <summary>Spoils the example call of each method in many ways. The page lists whatever is answered.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_a_spoilt_call_is_answered_is_on_the_page(string dialect)
    {
        await using var calls = await ExampleCalls.StartAsync(dialect);
        var reference = calls.Dialect.Reference;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var page in reference.Pages)
        {
            var codes = MethodError.Of(reference, page).SelectMany(error => error.Codes)
                .SelectMany(code => code.Split(" or "))
                .ToHashSet(StringComparer.Ordinal);
            foreach (var format in reference.Formats)
            {
                foreach (var (how, call) in Spoilt(page, await calls.CallAsync(page)))
                {
                    calls.World.Clock.Advance(TimeSpan.FromMinutes(20));
                    var current = call with { Now = call.Now + (calls.World.Clock.GetUtcNow() - call.Now) + how.Clock };
                    var answer = await calls.SendAsync(how.Change(calls.Write(page, format, current)));
                    if (CodeOf(answer.Body, reference) is not { } code)
                        continue;
                    Assert.True(codes.Contains(code), $"{page.Name} {format.Name} {how.Name}: {code} {answer.Body}");
                    seen.Add(code);
                }
            }
        }

        // Mistakes are refused at all.
        Assert.True(seen.Count >= 3, string.Join(' ', seen));
    }

    private sealed record Way(string Name, Func<ClientRequest, ClientRequest> Change, TimeSpan Clock = default);

    private static IEnumerable<(Way, ClientCall)> Spoilt(MethodPage page, ClientCall call)
    {
        Way as_ = new("as it is", request => request);
        yield return (new("late", request => request, TimeSpan.FromHours(-1)), call);
        if (call.Application is { } keys)
        {
            yield return (as_ with { Name = "no key" }, call with { Application = keys with { ApiKey = "" } });
            yield return (
                as_ with { Name = "unknown key" },
                call with { Application = keys with { ApiKey = new string('0', 32) } });
            yield return (as_ with { Name = "wrong secret" }, call with { Application = keys with { Secret = "x" } });
        }

        foreach (var parameter in page.Parameters.Where(one => one.Source != ParameterSource.Client))
        {
            yield return (as_ with { Name = $"no {parameter.Name}" }, With(call, parameter.Name, ""));
            yield return (as_ with { Name = $"long {parameter.Name}" }, With(call, parameter.Name, new string('9', 2000)));
            yield return (as_ with { Name = $"odd {parameter.Name}" }, With(call, parameter.Name, "a\nb=c"));
        }

        yield return (new("large", request => request with
        {
            ContentType = request.ContentType ?? ClientRequest.Form,
            Verb = "POST",
            Body = new string('a', 300_000),
        }), call);
        yield return (new("no body", request => request with { Body = "" }), call);
        yield return (new("half a body", request => request with { Body = request.Body[..(request.Body.Length / 2)] }), call);
        yield return (new("compressed", request => request with
        {
            Verb = "POST",
            ContentType = request.ContentType ?? ClientRequest.Form,
            Headers = [.. request.Headers, ("Content-Encoding", "gzip")],
        }), call);
        yield return (new("other format", request => request with
        {
            Target = request.Target.Replace("/json", "/yaml", StringComparison.Ordinal),
        }), call);
    }

    private static ClientCall With(ClientCall call, string name, string value) => call with
    {
        Values = new Dictionary<string, string>(call.Values, StringComparer.Ordinal) { [name] = value },
    };

    /// <summary>Finds the code of an error in an answer of any format; null if the call succeeded.</summary>
    private static string? CodeOf(string body, IMethodReference reference)
    {
        var code = Code().Match(body);
        if (code.Success)
            return code.Groups["code"].Value;
        // The flat format has the message only.
        if (!body.Contains("FAIL", StringComparison.Ordinal))
            return null;
        var message = body.Split('\n')[1].Split(": ").Take(2).Aggregate((one, other) => $"{one}: {other}");
        return Enum.GetValues<FaultKind>().Select(kind => reference.Errors[0].Of(kind))
            .FirstOrDefault(row => message.StartsWith(row.Message, StringComparison.Ordinal)).Code;
    }

    [GeneratedRegex(
        """
        (?:error_code>|"error_code":|error_code";i:|<cause>|ipernity\.error\.|<error[^>]* code="|status="error" code="|"code":"|"code";s:\d+:"|<code>|"code";i:|<name>(?:faultCode|code)</name><value><(?:int|string)>)(?<code>-?[A-Za-z0-9_]+)
        """, RegexOptions.ExplicitCapture)]
    private static partial Regex Code();
}
