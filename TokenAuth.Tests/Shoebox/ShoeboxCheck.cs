using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Signing;

namespace TokenAuth.Tests.Shoebox;

/// <summary>Checks method, API key, signature and token, then runs the method.</summary>
internal sealed class ShoeboxCheck(CallerCheck callers, SessionStore sessions, ShoeboxMethods methods)
{
    private const string SignatureName = "api_sig";

    private static readonly SignatureBaseString Scheme = new("", new Dictionary<string, ValueGrammar?>(
        StringComparer.Ordinal)
    {
        ["method"] = ValueGrammars.Word([.. ShoeboxMethod.All.Select(method => method.Name)]),
        ["api_key"] = ValueGrammars.Hex(32),
        ["frob"] = ValueGrammars.Hex(32),
        ["auth_token"] = ValueGrammars.Hex(32),
    });

    public async ValueTask<Outcome<Value.Record>> RunAsync(Call call, CancellationToken cancellation)
    {
        if (ShoeboxMethod.Find(call["method"]) is not { } method)
            return FaultKind.MethodUnknown;
        var admitted = await callers.AdmitAsync(
            call.NonEmpty("api_key"), call, bindsAddress: _ => true, cancellation);
        if (!admitted.Succeeded(out var admission, out var fault))
            return fault;
        using var charged = admission;
        if (call.NonEmpty(SignatureName) is not { } signature)
            return FaultKind.SignatureMissing;
        var signed = Scheme.Join(call.Parameters, SignatureName);
        if (!callers.IsSigned(admission, signature, secret => Signature.Md5Hex(secret, signed.Text)))
            return FaultKind.SignatureWrong;
        if (!signed.IsUnambiguous())
            return FaultKind.SignatureAmbiguous;

        Caller caller = new ApplicationCaller(admission.Application);
        if (method.NeedsToken && call.NonEmpty("auth_token") is { } token)
        {
            var check = await sessions.CheckAsync(
                ShoeboxFeature.Dialect, admission.Application.Id, token, cancellation);
            if (!check.Succeeded(out var session, out fault))
                return fault;
            caller = new PersonCaller(admission.Application, session, token);
        }

        return await method.AnswerAsync(methods, call, caller, cancellation);
    }
}
