using System.CommandLine;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Signatures;

namespace TokenAuth.Commands;

/// <summary><c>sign explain</c>: says why a request's signature is wrong.</summary>
internal static class SignCommand
{
    public static Command Create() => new("sign", "Helps developers with signatures.") { Explain() };

    private static Command Explain()
    {
        var schemes = Program.Dialects.Where(dialect => dialect.Signing is not null).ToList();
        var dialect = new Option<string>("--dialect")
        {
            Description = "The dialect of the request. OAuth 1.0 belongs to ipernity.",
            Required = true,
        }.AcceptOnlyFromAmong([.. schemes.Select(scheme => scheme.Name)]);
        var request = new Option<string>("--request")
        {
            Description = "A file with a URL, a curl command, raw HTTP, or lines of name=value; - is standard input.",
            Required = true,
        };
        var app = new Option<string>("--app")
        {
            Description = "The key of the application. By default, it is the one in the request.",
        };
        var explain = new Command(
            "explain",
            "Shows what a request's signature covers, and finds the mistake that made it. Changes nothing.")
        {
            dialect, request, app, CommandScope.Json,
        }.WithExample("tokenauth sign explain --dialect mediapost --request call.txt");
        explain.SetAction(async (parsed, cancellation) =>
        {
            var text = await ReadAsync(parsed, parsed.GetValue(request)!, cancellation);
            var (pasted, problem) = PastedRequest.Read(text);
            var call = (Call?)null;
            if (pasted is not null)
                (call, problem) = await pasted.ToCallAsync(cancellation);
            if (call is null)
                throw new CommandException(problem!);
            await using var scope = await CommandScope.OpenToReadAsync(parsed);
            var scheme = schemes.Find(known => known.Name == parsed.GetValue(dialect))!.Signing!;
            var explanation = await ExplainAsync(scope, scheme, call, parsed.GetValue(app), cancellation);
            CommandScope.Print(parsed, SignaturePrint.JsonOf(explanation), SignaturePrint.TextOf(explanation));
            return explanation.IsRight ? 0 : 1;
        });
        return explain;
    }

    private static async Task<SigningExplanation> ExplainAsync(
        CommandScope scope, ISigningScheme scheme, Call call, string? key, CancellationToken cancellation)
    {
        var (explanation, application) = await scope.Get<SignatureExplainer>().ExplainAsync(
            scheme, call, key, await scope.Get<ApplicationAdministration>().ListAsync(cancellation), onlyOf: null,
            cancellation);
        return application is null && (key ?? explanation.Call.ApiKey) is { } unknown
            ? throw ApplicationArgument.Unknown(unknown)
            : explanation;
    }

    private static async Task<string> ReadAsync(ParseResult parsed, string file, CancellationToken cancellation)
    {
        if (file == "-")
            return await CommandInvocation.Of(parsed).Input.ReadToEndAsync(cancellation);
        try
        {
            if (new FileInfo(file).Length > PastedRequest.MaxLength * 4)
                throw new CommandException($"The file {file} is too large for a request.");
            return await File.ReadAllTextAsync(file, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The file {file} cannot be read: {failure.Message}");
        }
    }
}
