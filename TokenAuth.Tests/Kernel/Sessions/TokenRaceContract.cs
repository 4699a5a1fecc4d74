using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using CsCheck;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>
/// Concurrent steps on two nodes with one handshake and the session that it becomes. The history must be linearizable,
/// but for one relaxation: a node may accept a session for a second after the other node has ended it.
/// </summary>
public abstract class TokenRaceContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const int Workers = 6;

    private const int StepsPerWorker = 4;

    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_SEQUENCES"), out var sequences)
            ? sequences
            : 40;

    private static readonly Gen<Step[][]> Steps = Gen
        .Select(
            Gen.Frequency(
                (6, Act.Confirm), (1, Act.Deny), (3, Act.Exchange), (4, Act.Check), (1, Act.End), (2, Act.EndAll),
                (2, Act.TakeBackConsent)),
            Gen.Int[0, 1], Gen.Int[0, 1])
        .Select((act, account, node) => new Step(act, Token: 0, account, node, Time: 0))
        .Array[StepsPerWorker].Array[Workers];

    private enum Phase
    {
        Open,
        Confirmed,
        Exchanged,
        Gone,
    }

    [Fact]
    public async Task Concurrent_steps_have_a_sequential_order() => await Steps.HoldsAsync(Rounds, async workers =>
    {
        var race = new Race(this, await OpenAsync());
        await race.PrepareAsync();
        await Task.WhenAll(workers.Select(steps => Task.Run(async () =>
        {
            foreach (var step in steps)
                await race.DoAsync(step);
        })));
        Assert.True(Linearizability.Holds(new State(Phase.Open, 0, 0), [.. race.History]));
        foreach (var account in new[] { Fixture.Alice, Fixture.Bob })
            await Node.Get<AccountChanges>().EndSessionsAsync(account.Id, default);
    });

    /// <summary>The handshake and its session.</summary>
    /// <param name="Account">The account that confirmed it.</param>
    /// <param name="EndedBy">The nodes that have ended the session, as bits; 0 while it is valid.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct State(Phase Phase, int Account, int EndedBy);

    private sealed class Race(TokenRaceContract<TEngine> test, string handshake)
    {
        private OpenHandshake _open = null!;
        private long _moment;
        private string? _session;
        private long _id;

        public ConcurrentBag<Operation<State>> History { get; } = [];

        public async Task PrepareAsync() => _open = (await test.FindAsync(handshake))!;

        public Task DoAsync(Step step) => step.Act switch
        {
            Act.Confirm => RecordAsync(
                () => Handshakes(step).ConfirmAsync(
                    _open, AccountOf(step).Id, IPAddress.Loopback, lifetime: null, default),
                (state, done) => done
                    ? state.Phase == Phase.Open || (state.Phase == Phase.Confirmed && state.Account == step.Account)
                        ? new State(Phase.Confirmed, step.Account, 0)
                        : null
                    : state.Phase == Phase.Open || (state.Phase == Phase.Confirmed && state.Account == step.Account)
                        ? null
                        : state),
            Act.Deny => RecordAsync(
                () => Handshakes(step).DenyAsync(_open, AccountOf(step).Id, IPAddress.Loopback, default),
                (state, done) => done != (state.Phase == Phase.Open) ? null
                    : done ? state with { Phase = Phase.Gone }
                    : state),
            Act.Exchange => RecordAsync(
                async () =>
                {
                    if (await test.ExchangeAsync(handshake, NodeOf(step)) is not { } exchanged)
                        return false;
                    Volatile.Write(ref _session, exchanged.Text);
                    return true;
                },
                (state, done) => done != (state.Phase == Phase.Confirmed) ? null
                    : done ? state with { Phase = Phase.Exchanged }
                    : state),
            Act.Check => CheckAsync(step),
            Act.End => EndAsync(step),
            Act.EndAll => RecordAsync(
                async () =>
                {
                    await NodeOf(step).Get<AccountChanges>().EndSessionsAsync(AccountOf(step).Id, default);
                    return true;
                },
                (state, _) => Ended(state, step)),
            _ => RecordAsync(
                async () =>
                {
                    await NodeOf(step).Consents.RevokeAsync(
                        AccountOf(step).Id, test.Fixture.Gallery.Id, IPAddress.Loopback, default);
                    return true;
                },
                (state, _) => Ended(state, step)),
        };

        private async Task CheckAsync(Step step)
        {
            if (Volatile.Read(ref _session) is not { } text)
                return;
            await RecordAsync(
                async () =>
                {
                    var found = await test.CheckAsync(text, NodeOf(step));
                    if (found is not null)
                        Volatile.Write(ref _id, found.Id);
                    return found is not null;
                },
                (state, valid) =>
                {
                    var mayBe = state.Phase == Phase.Exchanged && (state.EndedBy & (1 << step.Node)) == 0;
                    var mustBe = mayBe && state.EndedBy == 0;
                    return valid ? mayBe ? state : null : mustBe ? null : state;
                });
        }

        private async Task EndAsync(Step step)
        {
            if (Volatile.Read(ref _id) is not (> 0 and var id))
                return;
            await RecordAsync(
                () => NodeOf(step).Sessions.EndAsync(id, accountId: null, null, default),
                (state, ended) => ended != (state is { Phase: Phase.Exchanged, EndedBy: 0 }) ? null
                    : ended ? state with { EndedBy = 1 << step.Node }
                    : state);
        }

        /// <summary>The state after every session of an account and its confirmed handshakes have ended.</summary>
        private static State? Ended(State state, Step step) => state switch
        {
            { Phase: Phase.Confirmed } when state.Account == step.Account => state with { Phase = Phase.Gone },
            { Phase: Phase.Exchanged } when state.Account == step.Account =>
                state with { EndedBy = state.EndedBy | (1 << step.Node) },
            _ => state,
        };

        private async Task RecordAsync(Func<Task<bool>> work, Func<State, bool, State?> apply)
        {
            var started = Interlocked.Increment(ref _moment);
            var result = await work();
            History.Add(
                new Operation<State>(started, Interlocked.Increment(ref _moment), state => apply(state, result)));
        }

        private HandshakeStore Handshakes(Step step) => NodeOf(step).Handshakes;

        private StoreNode NodeOf(Step step) => step.Node == 0 ? test.Node : test.Other;

        private Account AccountOf(Step step) => step.Account == 0 ? test.Fixture.Alice : test.Fixture.Bob;
    }
}
