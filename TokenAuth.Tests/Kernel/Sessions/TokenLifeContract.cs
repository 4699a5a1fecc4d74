using System.Net;
using CsCheck;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Sessions;

/// <summary>
/// The life of tokens against a model, with random steps on two nodes: a token is valid from the answer that issued it
/// to its end, is used at most once, and is invalid afterwards, within a second on the other node. Between the steps,
/// nodes are closed and opened again, the clock is set, and the network loses writes and answers. The number of
/// sequences is that of <c>TOKENAUTH_TESTS_SEQUENCES</c>; docs/assurance.md tells about a long run.
/// </summary>
public abstract class TokenLifeContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private const int StepsPerSequence = 50;

    /// <summary>The node that is a whole server.</summary>
    private const int ServerNode = 2;

    private static readonly int Sequences =
        int.TryParse(Environment.GetEnvironmentVariable("TOKENAUTH_TESTS_SEQUENCES"), out var sequences)
            ? sequences
            : 60;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(999), TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(61), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15),
        TimeSpan.FromHours(1), TimeSpan.FromHours(24),
    ];

    private static readonly Gen<Step[]> Steps = Gen
        .Select(
            Gen.Frequency(
                (8, Act.Open), (12, Act.Confirm), (1, Act.Deny), (8, Act.Exchange), (6, Act.SignIn), (24, Act.Check),
                (5, Act.Introspect), (3, Act.End), (2, Act.EndAll), (4, Act.TakeBackConsent), (1, Act.Suspend),
                (3, Act.Activate), (2, Act.ChangePassword), (10, Act.Wait), (2, Act.Sweep), (12, Act.ExchangeToken),
                (16, Act.IntrospectToken), (2, Act.Reopen), (4, Act.SetClock), (4, Act.LoseWrite)),
            Gen.Int[0, 99], Gen.Int[0, 1], Gen.Int[0, 1], Gen.Int[0, 99])
        .Select((act, token, account, node, time) => new Step(act, token, account, node, time))
        .Array[StepsPerSequence];

    private readonly List<ModelHandshake> _handshakes = [];
    private readonly List<ModelSession> _sessions = [];
    private readonly List<ModelToken> _tokens = [];
    private readonly bool[] _suspended = new bool[2];
    private ExchangeGateway _gateway = null!;
    private int _passwords;
    private int _accepted;
    private int _refused;

    [Fact]
    public async Task Tokens_live_as_the_model_says()
    {
        await using var server = await Engine.ServeAsync();
        _gateway = await ExchangeGateway.RegisterAsync(server);
        await Steps.HoldsAsync(Sequences, RunAsync);

        Assert.True(_accepted >= Sequences / 3 && _refused >= Sequences / 3, $"{_accepted} and {_refused} tokens");
    }

    private async Task RunAsync(Step[] steps)
    {
        _handshakes.Clear();
        _sessions.Clear();
        _tokens.Clear();
        foreach (var account in new[] { 0, 1 })
        {
            await SetStateAsync(account, 0, AccountState.Active);
            await Node.Get<AccountChanges>().EndSessionsAsync(AccountOf(account).Id, default);
        }

        foreach (var step in steps)
            await DoAsync(step);
    }

    private Moment Moment => new(Clock.GetUtcNow(), new TimeSpan(Clock.GetTimestamp()));

    private Account AccountOf(int account) => account == 0 ? Fixture.Alice : Fixture.Bob;

    private StoreNode NodeOf(int node) => node == 0 ? Node : Other;

    private Task DoAsync(Step step) => step.Act switch
    {
        Act.Open => OpenHandshakeAsync(step),
        Act.SignIn => SignInAsync(step),
        Act.EndAll => EndAllAsync(step),
        Act.TakeBackConsent => TakeBackConsentAsync(step),
        Act.Suspend => SetStateAsync(step.Account, step.Node, AccountState.Suspended),
        Act.Activate => SetStateAsync(step.Account, step.Node, AccountState.Active),
        Act.ChangePassword => ChangePasswordAsync(step),
        Act.Wait => Wait(Waits[step.Time % Waits.Length]),
        Act.Sweep => SweepAsync(step),
        Act.Reopen => ReopenAsync(NodeOf(step.Node)),
        Act.SetClock => SetClock(Waits[step.Time / 2 % Waits.Length] * (step.Time % 2 == 0 ? 1 : -1)),
        Act.LoseWrite => LoseWrite(step),
        Act.IntrospectToken => _tokens.Count == 0
            ? Task.CompletedTask
            : IntrospectAsync(_tokens[^(1 + (step.Token % Math.Min(6, _tokens.Count)))]),
        Act.Confirm or Act.Deny or Act.Exchange => _handshakes.Count == 0
            ? Task.CompletedTask
            : UseHandshakeAsync(step, _handshakes[^(1 + (step.Token % Math.Min(4, _handshakes.Count)))]),
        _ => _sessions.Count == 0
            ? Task.CompletedTask
            : UseSessionAsync(step, _sessions[^(1 + (step.Token % Math.Min(6, _sessions.Count)))]),
    };

    private Task Wait(TimeSpan time)
    {
        Clock.Advance(time);
        return Task.CompletedTask;
    }

    private Task SetClock(TimeSpan by)
    {
        Clock.Set(by);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Batches contain no COMMIT. The caller's address is a value of those that open handshakes and sessions.
    /// </summary>
    private Task LoseWrite(Step step)
    {
        Engine.LoseWrite(isDone: step.Time % 2 == 0, step.Account == 0 ? null : Home.ToString());
        return Task.CompletedTask;
    }

    private async Task SweepAsync(Step step)
    {
        await NodeOf(step.Node).Get<ExpirySweep>().SweepAsync(default);
        var now = Clock.GetUtcNow();
        foreach (var handshake in _handshakes.Where(handshake => now >= handshake.ExpiresAt))
            handshake.IsGone = true;
        foreach (var session in _sessions)
            session.Sweep(now);
    }

    private async Task OpenHandshakeAsync(Step step)
    {
        var (slides, lifetime) = (step.Time % 2 == 0, TimeSpan.FromMinutes(step.Time % 3 == 0 ? 20 : 24 * 60));
        _handshakes.Add(new ModelHandshake
        {
            Text = await OpenAsync(slides, lifetime),
            ExpiresAt = Clock.GetUtcNow().AddMinutes(15),
            Lifetime = lifetime,
            Slides = slides,
        });
    }

    private async Task UseHandshakeAsync(Step step, ModelHandshake handshake)
    {
        var (node, now) = (NodeOf(step.Node), Clock.GetUtcNow());
        var isOver = handshake.IsGone || now >= handshake.ExpiresAt;
        if (step.Act == Act.Exchange)
        {
            var expected = !isOver && handshake.ConfirmedBy is { } owner && !_suspended[owner];
            var exchanged = await ExchangeAsync(handshake.Text, node);
            Assert.Equal(expected, exchanged is not null);
            if (exchanged is null)
                return;
            handshake.IsGone = true;
            _sessions.Add(new ModelSession(
                exchanged.Text, handshake.ConfirmedBy!.Value, isSignIn: false, now, handshake.Lifetime,
                handshake.Slides));
            return;
        }

        // The pages decide about a handshake that they have found open.
        var open = await node.Handshakes.FindOpenAsync(Dialect, Fixture.Gallery.Id, handshake.Text, default);
        Assert.Equal(!isOver && handshake.ConfirmedBy is null, open is not null);
        if (open is null || _suspended[step.Account])
            return;
        if (step.Act == Act.Confirm)
        {
            Assert.True(await node.Handshakes.ConfirmAsync(
                open, AccountOf(step.Account).Id, IPAddress.Loopback, lifetime: null, default));
            handshake.ConfirmedBy = step.Account;
        }
        else
        {
            Assert.True(
                await node.Handshakes.DenyAsync(open, AccountOf(step.Account).Id, IPAddress.Loopback, default));
            handshake.IsGone = true;
        }
    }

    private async Task SignInAsync(Step step)
    {
        var (text, lifetime) = (RandomToken.Hex(32), TimeSpan.FromHours(24));
        if (_suspended[step.Account])
            return;
        Assert.True(await NodeOf(step.Node).Sessions.IssueAsync(
            new NewSession(
                Dialect, text, Secret: null, ApplicationId: null, AccountOf(step.Account).Id, Permissions: "", lifetime,
                Slides: false, Home), default));
        _sessions.Add(
            new ModelSession(text, step.Account, isSignIn: true, Clock.GetUtcNow(), lifetime, slides: false));
    }

    private async Task UseSessionAsync(Step step, ModelSession session)
    {
        var (node, now) = (NodeOf(step.Node), Clock.GetUtcNow());
        var expected = session.IsValid(Moment, step.Act == Act.ExchangeToken ? ServerNode : step.Node);
        // No token is valid for less than a second, and the server counts in whole seconds.
        var isLate = step.Act == Act.ExchangeToken && session.EarliestExpiry - now < TimeSpan.FromSeconds(2);
        if (isLate && expected == true)
            expected = null;
        if (step.Act == Act.End)
        {
            if (session.Id is not { } id)
                return;
            var ended = await node.Sessions.EndAsync(id, AccountOf(session.Account).Id, null, default);
            Assert.True(ended || expected != true || session.HasEnded);
            session.End(Moment, step.Node);
            return;
        }

        bool isValid;
        if (step.Act == Act.Introspect)
        {
            isValid = await node.Get<SessionIntrospection>().FindAsync(session.Text, default) is not null;
        }
        else if (step.Act == Act.ExchangeToken)
        {
            var token = await _gateway.ExchangeAsync(session.Text);
            isValid = token is not null;
            if (token is not null)
                _tokens.Add(new ModelToken(token, session, now));
        }
        else
        {
            var found = await CheckAsync(session.Text, node);
            isValid = found is not null;
            session.Id ??= found?.Id;
            if (isValid)
                session.Use(now);
        }

        Assert.Equal(expected ?? isValid, isValid);
        if (!isValid && !session.HasEnded && !isLate)
            session.Refuse(now);
    }

    private async Task IntrospectAsync(ModelToken token)
    {
        var expected = token.IsValid(Clock.GetUtcNow());
        var isValid = await _gateway.IsActiveAsync(token.Text);
        Assert.Equal(expected ?? isValid, isValid);
        (_accepted, _refused) = isValid ? (_accepted + 1, _refused) : (_accepted, _refused + 1);
    }

    private async Task EndAllAsync(Step step)
    {
        await NodeOf(step.Node).Get<AccountChanges>().EndSessionsAsync(AccountOf(step.Account).Id, default);
        EndAll(step, _ => true);
    }

    private async Task TakeBackConsentAsync(Step step)
    {
        await NodeOf(step.Node).Consents.RevokeAsync(
            AccountOf(step.Account).Id, Fixture.Gallery.Id, IPAddress.Loopback, default);
        EndAll(step, session => !session.IsSignIn);
    }

    private async Task ChangePasswordAsync(Step step)
    {
        var problem = await NodeOf(step.Node).WithAsync<AccountAdministration, InputError?>(async accounts =>
            await accounts.ChangePasswordAsync(
                (await accounts.FindAsync(AccountOf(step.Account).UserName!))!, $"a long password, no. {_passwords++}",
                thisSession: null, null, default));
        Assert.Null(problem);
        EndAll(step, session => session.IsSignIn);
    }

    private async Task SetStateAsync(int account, int node, AccountState state)
    {
        await NodeOf(node).WithAsync<AccountAdministration>(
            accounts => accounts.SetStateAsync(AccountOf(account), state, null, default));
        var isSuspended = state == AccountState.Suspended;
        if (_suspended[account] == isSuspended)
            return;
        _suspended[account] = isSuspended;
        EndAll(new Step(Act.Suspend, 0, account, node, 0), _ => true);
    }

    /// <summary>Ends the sessions and handshakes of an account in the model.</summary>
    private void EndAll(Step step, Func<ModelSession, bool> isConcerned)
    {
        foreach (var session in _sessions.Where(session => session.Account == step.Account && isConcerned(session)))
            session.End(Moment, step.Node);
        foreach (var handshake in _handshakes.Where(handshake => handshake.ConfirmedBy == step.Account))
            handshake.IsGone = true;
    }
}
