using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>Records the answers of a server to many clients, and verifies that they are still true.</summary>
internal sealed class Promises(App application)
{
    private readonly ConcurrentDictionary<string, Handshake> _handshakes = new(StringComparer.Ordinal);
    private int _answered;

    /// <summary>The progress of a handshake. A call without an answer may or may not have taken effect.</summary>
    private enum Stage
    {
        Open,
        ConfirmAsked,
        Confirmed,
        ExchangeAsked,
        Exchanged,
        EndAsked,
        Ended,
    }

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>The number of sessions there must be, once every answer is verified.</summary>
    public int Sessions => _handshakes.Values.Count(handshake => handshake.Stage is Stage.Exchanged);

    public string Summary => string.Join(", ", Enum.GetValues<Stage>().Select(
        stage => $"{_handshakes.Values.Count(handshake => handshake.Stage == stage)} {stage}"));

    /// <summary>Runs one handshake and uses its session. Every answer is recorded before the next call.</summary>
    public async Task HandshakeAsync(Uri server, Wire wire, FormBrowser person, bool exchanges)
    {
        var handshake = new Handshake((await wire.CreateTokenAsync(server, application)).GetString()!);
        _handshakes[handshake.Token] = handshake;
        Interlocked.Increment(ref _answered);
        if (!exchanges)
            return;

        handshake.Stage = Stage.ConfirmAsked;
        Assert.True(
            await person.AllowAsync(server, application, handshake.Token), "It waited, and could not be confirmed.");
        handshake.Stage = Stage.Confirmed;
        Interlocked.Increment(ref _answered);

        // Some handshakes stay confirmed. They are exchanged after the fault.
        if (handshake.Token[0] is >= '0' and <= '3')
            return;
        handshake.Stage = Stage.ExchangeAsked;
        var answer = await wire.GetSessionAsync(server, application, handshake.Token);
        Assert.True(Wire.CodeOf(answer) == 0, $"It was confirmed, and its first exchange was refused: {answer}");
        handshake.SessionKey = answer.Text("session_key");
        handshake.Stage = Stage.Exchanged;
        Interlocked.Increment(ref _answered);

        // Some sessions are ended again.
        if (handshake.Token[0] is >= '4' and <= '9')
            return;
        handshake.Stage = Stage.EndAsked;
        await wire.ExpireSessionAsync(server, application, handshake.SessionKey);
        handshake.Stage = Stage.Ended;
        Interlocked.Increment(ref _answered);
    }

    /// <summary>
    /// Verifies every recorded answer. A confirmed handshake is exchanged here and counts as exchanged from then on.
    /// </summary>
    /// <returns>The number of verified handshakes, and those that differ from their recorded answers.</returns>
    public async Task<(int Checked, IReadOnlyCollection<string> Lost)> CheckAsync(Uri server, FormBrowser person)
    {
        var lost = new ConcurrentBag<string>();
        using var wire = new Wire();
        await Parallel.ForEachAsync(
            _handshakes.Values, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (handshake, _) =>
            {
                var stage = handshake.Stage;
                if (!await IsStillTrueAsync(handshake, server, wire, person))
                    lost.Add($"{stage} {handshake.Token}");
            });
        return (_handshakes.Count, lost);
    }

    private async Task<bool> IsStillTrueAsync(Handshake handshake, Uri server, Wire wire, FormBrowser person)
    {
        switch (handshake.Stage)
        {
            case Stage.Open:
                return await WaitsAsync(handshake, server, person);
            case Stage.ConfirmAsked:
                return await WaitsAsync(handshake, server, person)
                    || await IsExchangedOnceAsync(handshake, server, wire);
            case Stage.Confirmed:
                return await IsExchangedOnceAsync(handshake, server, wire);
            case Stage.ExchangeAsked:
                if (await IsExchangedOnceAsync(handshake, server, wire))
                    return true;
                handshake.Stage = Stage.Exchanged; // by an exchange whose answer was lost
                return await IsUsedAsync(handshake, server, wire);
            // the answer was lost: the session exists, but its key is unknown
            case Stage.Exchanged when handshake.SessionKey is null:
                return await IsUsedAsync(handshake, server, wire);
            case Stage.Exchanged:
                return await IsGoodAsync(handshake, server, wire) && await IsUsedAsync(handshake, server, wire);
            case Stage.EndAsked:
                handshake.Stage = await IsGoodAsync(handshake, server, wire) ? Stage.Exchanged : Stage.Ended;
                return await IsUsedAsync(handshake, server, wire);
            default:
                return Wire.CodeOf(await wire.LoggedInUserAsync(server, application, handshake.SessionKey!)) == 102
                    && await IsUsedAsync(handshake, server, wire);
        }
    }

    private async Task<bool> WaitsAsync(Handshake handshake, Uri server, FormBrowser person) =>
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
