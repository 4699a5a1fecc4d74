using System.Net.Sockets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Pages.Upstream;

/// <summary>Why a sign-in through the upstream provider did not succeed.</summary>
internal enum UpstreamProblem
{
    /// <summary>An answer was wrong, forged, late or used before.</summary>
    Failed,

    /// <summary>The provider cannot be reached.</summary>
    Unavailable,

    /// <summary>The person did not sign in there.</summary>
    Cancelled,

    /// <summary>The provider did not ask the person for a proof, or does not say when it did.</summary>
    NotFresh,

    /// <summary>Too many answers from this network were wrong.</summary>
    Throttled,
}

/// <summary>A person, as the provider describes them. Everything but issuer and subject may change.</summary>
/// <param name="Name">A name for the account page.</param>
internal sealed record UpstreamIdentity(string Issuer, string Subject, string Name)
{
    public string? Login { get; init; }

    public string? Email { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>When the person proved to the provider who they are; null if it does not say.</summary>
    public DateTimeOffset? ProvedAt { get; init; }
}

/// <summary>The end of a trip to the provider: an identity or a problem.</summary>
/// <param name="Flow">Null if the answer does not belong to a trip.</param>
internal sealed record UpstreamAnswer(UpstreamFlow? Flow, UpstreamIdentity? Identity, UpstreamProblem? Problem)
{
    /// <summary>The cause of the problem, for the log.</summary>
    public Exception? Why { get; init; }

    /// <summary>The time to wait, if the problem is <see cref="UpstreamProblem.Throttled"/>.</summary>
    public TimeSpan? Wait { get; init; }
}

/// <summary>
/// Sends people to the upstream provider, and reads its answer. It signs nobody in: the pages decide what an identity
/// is good for.
/// </summary>
internal sealed partial class UpstreamSignIn(
    UpstreamFlows flows, TokenAuthOptions options, Throttle throttle, Metrics telemetry, TimeProvider clock,
    ILogger<UpstreamSignIn> logger)
{
    /// <summary>The difference between the provider's clock and ours that is accepted.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LogStep = TimeSpan.FromMinutes(1);

    private DateTimeOffset _nextLog;

    /// <summary>Redirects to the provider. Returns the problem if that is not possible.</summary>
    /// <param name="back">The path that the person continues to afterwards. It is checked then.</param>
    /// <param name="isAgain">Tells whether the provider must ask for the person's proof.</param>
    public async Task<UpstreamAnswer?> BeginAsync(
        HttpContext context, UpstreamPurpose purpose, string? back, bool isAgain)
    {
        var standing = await EvaluateAsync(context);
        if (standing.Refusal is { } refusal)
        {
            return new UpstreamAnswer(Flow: null, Identity: null, UpstreamProblem.Throttled)
            {
                Wait = refusal.RetryAfter,
            };
        }

        var flow = flows.Begin(context, purpose, back, isAgain);

        // The claim auth_time is only certain if the request has max_age.
        var properties = new OpenIdConnectChallengeProperties
        {
            MaxAge = flow.NeedsProof ? TimeSpan.Zero : options.Browser.MaxLifetime,
            Prompt = flow.NeedsProof ? "login" : null,
        };
        flow.WriteTo(properties);
        try
        {
            await context.ChallengeAsync(UpstreamServices.Scheme, properties);
            return null;
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Told(new UpstreamAnswer(flow, Identity: null, UpstreamProblem.Unavailable) { Why = failure });
        }
    }

    /// <summary>Reads the provider's answer from the request.</summary>
    public async Task<UpstreamAnswer> FinishAsync(HttpContext context)
    {
        var handlers = context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        var handler = await handlers.GetHandlerAsync(context, UpstreamServices.Scheme);
        await ((IAuthenticationRequestHandler)handler!).HandleRequestAsync();
        var answer = context.Features.Get<UpstreamAnswer>()
            ?? new UpstreamAnswer(Flow: null, Identity: null, UpstreamProblem.Failed);
        if (answer.Problem == UpstreamProblem.Failed)
            await throttle.FailedAsync(await EvaluateAsync(context));
        return answer.Problem is null ? answer : Told(answer);
    }

    /// <summary>
    /// Returns when the person of an identity has proved who they are. The request had <c>max_age</c>, so it was not
    /// earlier than that. A proof that was asked for counts from now, because the claim has whole seconds only.
    /// </summary>
    public DateTimeOffset ProvedAt(UpstreamIdentity identity, bool isAsked = false)
    {
        var now = clock.GetUtcNow();
        return isAsked ? now : identity.ProvedAt is { } at && at <= now + Skew
            ? at < now ? at : now
            : now - options.Browser.MaxLifetime;
    }

    /// <summary>Checks whether a failure is that of a provider that cannot be reached.</summary>
    public static bool IsUnavailable(Exception? failure) => failure switch
    {
        null => false,
        HttpRequestException or SocketException or TaskCanceledException or TimeoutException => true,
        _ => IsUnavailable(failure.InnerException),
    };

    /// <summary>Counts the wrong answers of one network. They count for no account.</summary>
    private ValueTask<SignInStanding> EvaluateAsync(HttpContext context)
    {
        var caller = new SignInCaller(context.CallerAddress, DialectNames.Browser);
        return throttle.EvaluateAsync(
            $"upstream of {ClientNetwork.Of(caller.Address)}", accountId: null, caller, context.RequestAborted);
    }

    /// <summary>Counts a problem, and logs one a minute.</summary>
    private UpstreamAnswer Told(UpstreamAnswer answer)
    {
        telemetry.SignIn(DialectNames.Browser, $"Upstream{answer.Problem}");
        var now = clock.GetUtcNow();
        if (answer.Why is { } why && now >= _nextLog)
        {
            _nextLog = now + LogStep;
            var text = OneLine.Of(why.GetBaseException().Message);
            LogProblem(logger, options.Upstream.Issuer!, text.Length > 300 ? text[..300] : text);
        }

        return answer;
    }

    [LoggerMessage(LogLevel.Warning, "A sign-in through {Issuer} did not succeed: {Reason}")]
    private static partial void LogProblem(ILogger logger, string issuer, string reason);
}
