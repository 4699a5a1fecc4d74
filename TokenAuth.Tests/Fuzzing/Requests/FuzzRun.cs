using System.Globalization;
using System.Text;
using CsCheck;
using TokenAuth.Fuzzing;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>Sends requests until it has enough, and notes what broke a rule.</summary>
/// <param name="limit">The maximum time of an answer; null if the machine has other work.</param>
internal sealed class FuzzRun(FuzzWorld world, TimeSpan? limit)
{
    /// <summary>After this number of requests, the accounts, applications and sessions are new.</summary>
    private const int RenewAfter = 500;

    private const int MaxFound = 20;

    /// <summary>Answers that took longer are timed again.</summary>
    private static readonly TimeSpan Suspicious = TimeSpan.FromMilliseconds(25);

    private readonly AnswerRules _rules = new();
    private readonly FuzzCalls _calls = new(world, $"127.0.0.1:{world.Server.Port}");
    private readonly SortedDictionary<string, int> _sent = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, int> _statuses = [];
    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, TimeSpan> _slowest = new();
    private string _before = "";

    public int Sent => _sent.Values.Sum();

    /// <summary>The first request that broke each rule.</summary>
    public IReadOnlyCollection<string> Found => _found.Values;

    /// <summary>Sends the requests of consecutive seeds until <paramref name="isDone"/>.</summary>
    public async Task SendAsync(uint seed, Func<bool> isDone)
    {
        using var connection = new FuzzConnection(world.Server);
        await LearnAsync(connection);
        for (var next = seed; !isDone() && _found.Count < MaxFound; next++)
        {
            if (next != seed && (next - seed) % RenewAfter == 0)
            {
                await world.RenewAsync();
                _calls.Forget();
            }

            await SendAsync(connection, await _calls.WriteAsync(new PCG(stream: 0, next)), $"seed {next}");
        }

        // A server that has answered once more has written the log of what was before.
        await SendAsync(
            connection, new FuzzRequest("anywhere", "GET", "/health/live", [("Host", "localhost")], []), "the end");
    }

    public override string ToString()
    {
        var text = new StringBuilder($"{Sent} requests: {Joined(_sent)}\nstatuses: {Joined(_statuses)}\n");
        text.Append(CultureInfo.InvariantCulture, $"{_found.Count} rules broken\nslowest, the least of three:\n");
        foreach (var (slow, took) in _slowest.UnorderedItems.OrderByDescending(item => item.Priority))
            text.Append(CultureInfo.InvariantCulture, $"  {took.TotalMilliseconds:0.0} ms {slow}\n");
        return text.ToString();
    }

    private static string Joined<T>(IEnumerable<KeyValuePair<T, int>> counts) =>
        string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"));

    /// <summary>Right calls show which types a dialect answers with.</summary>
    private async Task LearnAsync(FuzzConnection connection)
    {
        foreach (var request in await _calls.RightAsync())
        {
            if (await connection.AskAsync(request) is { } answer)
                _rules.Learn(request, answer);
            await SendAsync(connection, request, "a right call");
        }
    }

    private async Task SendAsync(FuzzConnection connection, FuzzRequest request, string name)
    {
        world.Pause();
        _sent[request.Door] = _sent.GetValueOrDefault(request.Door) + 1;
        try
        {
            var answer = await connection.AskAsync(request);
            var status = answer?.Status ?? 0;
            _statuses[status] = _statuses.GetValueOrDefault(status) + 1;
            if (answer is not null)
            {
                _rules.Check(request, answer, world);
                await CheckTimeAsync(connection, request, answer.Took, name);
            }
        }
        catch (RuleBrokenException broken)
        {
            Note(broken.Message, name, request);
        }

        // Another process may write its log after its answer, so an error may belong to the request before.
        foreach (var line in world.NewErrors())
            Note($"an error in the log: {line}\n{_before}", name, request);
        _before = $"{name}, {request.Door}:\n{request}";
    }

    /// <summary>Other work may delay an answer, so the least of three times counts.</summary>
    private async Task CheckTimeAsync(FuzzConnection connection, FuzzRequest request, TimeSpan took, string name)
    {
        for (var more = 2; more > 0 && took > Suspicious && request.IsFramed; more--)
        {
            if (await connection.AskAsync(request) is { } answer && answer.Took < took)
                took = answer.Took;
        }

        if (request.HasPassword)
            return;
        _slowest.Enqueue($"{name} {request.Door} {request.Verb} {request.Target.Split('?')[0]}", took);
        if (_slowest.Count > 5)
            _slowest.Dequeue();
        if (took > limit)
            throw new RuleBrokenException($"more than {limit.Value.TotalMilliseconds} ms");
    }

    private void Note(string rule, string name, FuzzRequest request)
    {
        // Numbers and tokens do not make another rule.
        var kind = new string([.. rule.Where(c => !char.IsAsciiHexDigit(c)).Take(80)]);
        _found.TryAdd(kind, $"{name}, {request.Door}: {rule}\n{request}\n");
    }
}
