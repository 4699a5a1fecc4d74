using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Secrets;
using TokenAuth.Kernel.Sessions;

namespace TokenAuth.Tests.Shoebox;

internal delegate ValueTask<Outcome<Value.Record>> ShoeboxHandler(
    ShoeboxMethods methods, Call call, Caller caller, CancellationToken cancellation);

internal sealed record ShoeboxMethod(string Name, bool NeedsToken, ShoeboxHandler AnswerAsync)
{
    public static readonly IReadOnlyList<ShoeboxMethod> All =
    [
        new("shoebox.auth.getFrob", NeedsToken: false, (methods, call, caller, cancellation) =>
            methods.GetFrobAsync(call, caller, cancellation)),
        new("shoebox.auth.getToken", NeedsToken: false, (methods, call, caller, cancellation) =>
            methods.GetTokenAsync(call, caller, cancellation)),
        new("shoebox.auth.checkToken", NeedsToken: true, (_, _, caller, _) => new(caller is PersonCaller person
            ? ShoeboxMethods.Auth(person.Token, person.Session.Login)
            : FaultKind.SessionMissing)),
    ];

    public static ShoeboxMethod? Find(string? name) => All.FirstOrDefault(method => method.Name == name);
}

internal sealed class ShoeboxMethods(HandshakeStore handshakes, ShoeboxOptions options)
{
    public async ValueTask<Outcome<Value.Record>> GetFrobAsync(
        Call call, Caller caller, CancellationToken cancellation)
    {
        var frob = RandomToken.Hex(32);
        await handshakes.OpenAsync(
            new NewHandshake(
                ShoeboxFeature.Dialect,
                frob,
                caller.Application.Id,
                TimeSpan.FromMinutes(options.FrobMinutes),
                SessionLifetime: TimeSpan.FromDays(1),
                SessionSlides: false,
                call.Address),
            cancellation);
        return new Value.Record(("frob", frob));
    }

    public async ValueTask<Outcome<Value.Record>> GetTokenAsync(
        Call call, Caller caller, CancellationToken cancellation)
    {
        if (call.NonEmpty("frob") is not { } frob)
            return FaultKind.ParameterMissing;
        var exchange = await handshakes.ExchangeAsync(
            ShoeboxFeature.Dialect, caller.Application.Id, frob, RandomToken.Hex(32), sessionSecret: null,
            call.Address, cancellation);
        return exchange.Succeeded(out var issued, out var fault) ? Auth(issued.Text, issued.Login) : fault;
    }

    public static Value.Record Auth(string token, string login) =>
        new(("auth", new Value.Record(("token", token), ("username", login))));
}
