using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>What a server has answered to a crowd of clients, and whether it still says the same.</summary>
internal sealed class Promises(App application)
{
    private readonly ConcurrentDictionary<string, Handshake> _handshakes = new(StringComparer.Ordinal);
    private int _answered;

    /// <summary>How far a handshake came. What was asked and not answered may be so or not.</summary>
    private enum Stage
    {
        Open,
        ConfirmAsked,
        Confirmed,
        ExchangeAsked,
        Exchanged,
    }

    public int Answered => Volatile.Read(ref _answered);

    public string Summary => string.Join(", ", Enum.GetValues<Stage>().Select(stage => $"{_handshakes.Values.Count(handshake => handshake.Stage == stage)} {stage}"));

    public async Task HandshakeAsync(Uri server, Wire wire, Person person, bool exchanges)
    {
        var handshake = new Handshake((await wire.CreateTokenAsync(server, application)).GetString()!);
        _handshakes[handshake.Token] = handshake;
        Interlocked.Increment(ref _answered);
        if (!exchanges)
            return;

        handshake.Stage = Stage.ConfirmAsked;
        Assert.True(await person.AllowAsync(server, application, handshake.Token));
        handshake.Stage = Stage.Confirmed;
        Interlocked.Increment(ref _answered);

        // Some stay confirmed, to be exchanged after the kill.
        if (handshake.Token[0] is >= '0' and <= '3')
            return;
        handshake.Stage = Stage.ExchangeAsked;
        handshake.SessionKey = (await wire.GetSessionAsync(server, application, handshake.Token)).Text("session_key");
        handshake.Stage = Stage.Exchanged;
        Interlocked.Increment(ref _answered);
    }

    /// <summary>Asks for everything that was answered. What is found confirmed is exchanged now, and counts as that from then on.</summary>
    public async Task<(int Checked, IReadOnlyCollection<string> Lost)> CheckAsync(Uri server, Person person)
    {
        var lost = new ConcurrentBag<string>();
        using var wire = new Wire();
        await Parallel.ForEachAsync(_handshakes.Values, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (handshake, _) =>
        {
            if (!await IsKeptAsync(handshake, server, wire, person))
                lost.Add($"{handshake.Stage} {handshake.Token}");
        });
        return (_handshakes.Count, lost);
    }

    private async Task<bool> IsKeptAsync(Handshake handshake, Uri server, Wire wire, Person person) => handshake.Stage switch
    {
        Stage.Open => await WaitsAsync(handshake, server, person),
        Stage.ConfirmAsked => await WaitsAsync(handshake, server, person) || await IsExchangedOnceAsync(handshake, server, wire),
        Stage.Confirmed => await IsExchangedOnceAsync(handshake, server, wire),
        Stage.ExchangeAsked => await IsExchangedOnceAsync(handshake, server, wire) || await IsUsedAsync(handshake, server, wire),
        _ => await IsGoodAsync(handshake, server, wire) && await IsUsedAsync(handshake, server, wire),
    };

    private async Task<bool> WaitsAsync(Handshake handshake, Uri server, Person person) =>
        await person.LookAsync(server, application, handshake.Token) == HttpStatusCode.OK;

    private async Task<bool> IsExchangedOnceAsync(Handshake handshake, Uri server, Wire wire)
    {
        var answer = await wire.GetSessionAsync(server, application, handshake.Token);
        if (Wire.CodeOf(answer) != 0)
            return false;
        handshake.SessionKey = answer.Text("session_key");
        handshake.Stage = Stage.Exchanged;
        return await IsUsedAsync(handshake, server, wire);
    }

    private async Task<bool> IsUsedAsync(Handshake handshake, Uri server, Wire wire) =>
        Wire.CodeOf(await wire.GetSessionAsync(server, application, handshake.Token)) == 100;

    private async Task<bool> IsGoodAsync(Handshake handshake, Uri server, Wire wire)
    {
        var answer = await wire.LoggedInUserAsync(server, application, handshake.SessionKey!);
        return answer.ValueKind == JsonValueKind.String && answer.GetString() == "1";
    }

    private sealed class Handshake(string token)
    {
        public string Token => token;

        public string? SessionKey { get; set; }

        public Stage Stage { get; set; }
    }
}
