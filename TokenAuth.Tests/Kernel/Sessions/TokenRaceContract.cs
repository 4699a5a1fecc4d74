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
/// but for one relaxation: after a session has ended in the store, a node may accept it until the end is answered there,
/// and for a second if the other node ended it.
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
        Ended,
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
        Assert.True(
            Linearizability.Holds(new State(Phase.Open, 0, 0, 0), [.. race.History]),
            Linearizability.Describe(race.History));
        foreach (var account in new[] { Fixture.Alice, Fixture.Bob })
            await Node.Get<AccountChanges>().EndSessionsAsync(account.Id, default);
    });

    /// <summary>The handshake and its session.</summary>
    /// <param name="Account">The account that confirmed it.</param>
    /// <param name="Refusing">The nodes that must refuse the ended session, as bits.</param>
    /// <param name="Done">The operations that the store has done, as bits.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct State(Phase Phase, int Account, int Refusing, long Done);

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
                step,
                () => Handshakes(step).ConfirmAsync(
                    _open, AccountOf(step).Id, IPAddress.Loopback, lifetime: null, default),
                (state, done) => done
                    ? state.Phase == Phase.Open || (state.Phase == Phase.Confirmed && state.Account == step.Account)
                        ? state with { Phase = Phase.Confirmed, Account = step.Account }
                        : null
                    : state.Phase == Phase.Open || (state.Phase == Phase.Confirmed && state.Account == step.Account)
                        ? null
                        : state),
            Act.Deny => RecordAsync(
                step,
                () => Handshakes(step).DenyAsync(_open, AccountOf(step).Id, IPAddress.Loopback, default),
                (state, done) => done != (state.Phase == Phase.Open) ? null
                    : done ? state with { Phase = Phase.Gone }
                    : state),
            Act.Exchange => RecordAsync(
                step,
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
            Act.EndAll => EndAllAsync(
                step, () => NodeOf(step).Get<AccountChanges>().EndSessionsAsync(AccountOf(step).Id, default)),
            _ => EndAllAsync(
                step, () => NodeOf(step).Consents.RevokeAsync(
                    AccountOf(step).Id, test.Fixture.Gallery.Id, IPAddress.Loopback, default)),
        };

        private async Task CheckAsync(Step step)
        {
            if (Volatile.Read(ref _session) is not { } text)
                return;
            await RecordAsync(
                step,
                async () =>
                {
                    var found = await test.CheckAsync(text, NodeOf(step));
                    if (found is not null)
                        Volatile.Write(ref _id, found.Id);
                    return found is not null;
                },
                (state, valid) =>
                {
                    var mayBe = state.Phase == Phase.Exchanged
                        || (state.Phase == Phase.Ended && (state.Refusing & (1 << step.Node)) == 0);
                    return valid ? mayBe ? state : null : state.Phase == Phase.Exchanged ? null : state;
                });
        }

        private async Task EndAsync(Step step)
        {
            if (Volatile.Read(ref _id) is not (> 0 and var id))
                return;
            await RecordAsync(
                step,
                () => NodeOf(step).Sessions.EndAsync(id, accountId: null, null, default),
                (state, ended) => ended != (state.Phase == Phase.Exchanged) ? null
                    : ended ? state with { Phase = Phase.Ended }
                    : state,
                isEnd: true);
        }

        /// <summary>Ends every session of an account and its confirmed handshakes.</summary>
        private Task EndAllAsync(Step step, Func<Task> work) => RecordAsync(
            step,
            async () =>
            {
                await work();
                return true;
            },
            (state, _) => state switch
            {
                { Phase: Phase.Confirmed } when state.Account == step.Account => state with { Phase = Phase.Gone },
                { Phase: Phase.Exchanged } when state.Account == step.Account => state with { Phase = Phase.Ended },
                _ => state,
            },
            isEnd: true);

        /// <param name="isEnd">
        /// Whether the node, if the result is true, must refuse the session once the work is answered: a second
        /// operation in the history, after the one in the store.
        /// </param>
        private async Task RecordAsync(
            Step step, Func<Task<bool>> work, Func<State, bool, State?> apply, bool isEnd = false)
        {
            var started = Interlocked.Increment(ref _moment);
            var result = await work();
            var (answered, number) = (Interlocked.Increment(ref _moment), 1L << (int)started);
            var name = $"{step.Act} by account {step.Account} on node {step.Node}: {result}";
            History.Add(new Operation<State>(
                started, answered,
                state => apply(state, result) is { } next ? next with { Done = next.Done | number } : null, name));
            if (isEnd && result)
            {
                History.Add(new Operation<State>(
                    started, answered,
                    state => (state.Done & number) == 0 ? null
                        : state.Phase == Phase.Ended && (step.Act == Act.End || state.Account == step.Account)
                            ? state with { Refusing = state.Refusing | (1 << step.Node) }
                            : state,
                    name + ", known to the node"));
            }
        }

        private HandshakeStore Handshakes(Step step) => NodeOf(step).Handshakes;

        private StoreNode NodeOf(Step step) => step.Node == 0 ? test.Node : test.Other;

        private Account AccountOf(Step step) => step.Account == 0 ? test.Fixture.Alice : test.Fixture.Bob;
    }
}
