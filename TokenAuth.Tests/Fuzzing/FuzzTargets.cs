using System.Text;
using TokenAuth.Commands;
using TokenAuth.Commands.Import;
using TokenAuth.Dreamwidth;
using TokenAuth.Ipernity;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Import;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Configuration;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Http;
using TokenAuth.Kernel.Pages;
using TokenAuth.Kernel.Signing;
using TokenAuth.Kernel.XmlRpc;
using TokenAuth.MediaPost;
using TokenAuth.Wetpaint;

namespace TokenAuth.Fuzzing;

/// <summary>
/// The parsers that strangers reach, each as a function of bytes. A target must end without an exception for every
/// input; where the result has a rule, such as "the browser stays on this server", the target throws
/// <see cref="RuleBrokenException"/> if it is broken. <c>fuzz/run.sh</c> looks for such inputs; the tests replay the
/// inputs of <c>fuzz/corpus</c>.
/// </summary>
internal static class FuzzTargets
{
    private const string Callback = "https://photos.example.org/cb/";

    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ISigningScheme[] Schemes =
        [new MediaPostSigning(), new IpernitySigning(), new WetpaintSigning(), new DreamwidthSigning()];

    private static readonly NamedSecret[] Secrets =
        [new("one", "9d6fd7d4c4d9f7f5b4f4"), new("other", "secret") { IsAccepted = false }];

    private static readonly SignatureBaseString BaseString = new(
        nameEnd: "",
        new Dictionary<string, ValueGrammar?>(StringComparer.Ordinal)
        {
            ["a"] = ValueGrammars.Number(3),
            ["ab"] = ValueGrammars.Hex(2),
            ["method"] = null,
        });

    /// <summary>The length up to which <see cref="Recuts"/> tries every division, about 700 of them.</summary>
    private const int MostRecut = 16;

    /// <summary>The targets by name.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>(
        StringComparer.Ordinal)
    {
        ["form"] = Form,
        ["request"] = bytes => ReadRequest(bytes),
        ["xmlrpc"] = XmlRpc,
        ["soap"] = bytes => SoapEnvelope.Read(bytes, contentType: null),
        ["oauth"] = OAuth,
        ["address"] = Address,
        ["base-string"] = AmbiguousText,
        ["explain"] = Explain,
        ["import"] = Import,
    };

    private static void Form(byte[] bytes)
    {
        var parameters = new List<Parameter>();
        FormDecoder.TryDecode(bytes, parameters, Call.MaxParameters);
        Require(parameters.Count <= Call.MaxParameters, "too many parameters");
        Require(parameters.TrueForAll(parameter => parameter.Name.Length > 0), "a parameter without a name");
    }

    private static Call? ReadRequest(byte[] bytes) =>
        PastedRequest.Read(Encoding.Latin1.GetString(bytes)).Request is { } request
            ? request.ToCallAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult().Call
            : null;

    private static void XmlRpc(byte[] bytes)
    {
        if (!XmlRpcReader.Read(bytes).Succeeded(out var request, out _))
            return;
        Require(SafeXml.Read(bytes, contentType: null) is not null, "a call that is not XML");
        Require(request.Parameters.Count <= bytes.Length, "more parameters than bytes");
    }

    /// <summary>The line before the first line break is the header; the rest is a form.</summary>
    private static void OAuth(byte[] bytes)
    {
        var end = Array.IndexOf(bytes, (byte)'\n') is >= 0 and var found ? found : bytes.Length;
        var parameters = new List<Parameter>(OAuthHeader.Read(Encoding.Latin1.GetString(bytes, 0, end)));
        FormDecoder.TryDecode(bytes.AsSpan(Math.Min(end + 1, bytes.Length)), parameters, Call.MaxParameters);
        foreach (var text in OAuthSignature.BaseStrings("GET", "http://photos.example.org:80", "/api", parameters))
        {
            Require(!text.AsSpan().ContainsAnyExceptInRange('!', '~'), "an unescaped byte in the base string");
            OAuthSignature.Sign("HMAC-SHA1", text, "one", "two");
        }
    }

    private static void Address(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (ReturnPath.Of(text) is { } path)
        {
            Require(path[0] == '/' && path is not ['/', '/' or '\\', ..], "a return path to another server");
            Require(!path.AsSpan().ContainsAnyExceptInRange('!', '~'), "an unescaped byte in a return path");
        }

        var target = CallbackUrl.With(Callback, text, ("auth_token", "t"));
        Require(
            target.StartsWith(Callback, StringComparison.Ordinal)
                || target.StartsWith(Callback[..^1] + "?", StringComparison.Ordinal),
            "a callback elsewhere");
        Require(target.EndsWith("auth_token=t", StringComparison.Ordinal), "a callback without its token");
        WebAddress.Read(text);
    }

    /// <summary>
    /// Two different sets of known parameters with the same text must not both be accepted. The bytes are a form; the
    /// second set moves the end of each value by one character.
    /// </summary>
    private static void AmbiguousText(byte[] bytes)
    {
        var parameters = new List<Parameter>();
        if (!FormDecoder.TryDecode(bytes, parameters, most: 12))
            return;
        parameters = [.. parameters.DistinctBy(parameter => parameter.Name, StringComparer.Ordinal)];
        var joined = BaseString.Join(parameters, "sig");
        if (!joined.IsUnambiguous())
            return;
        foreach (var other in Recuts(joined.Text))
        {
            var cut = BaseString.Join(other, "sig");
            Require(
                cut.Text != joined.Text || !cut.IsUnambiguous() || IsSame(parameters, other), "two readings of a text");
        }
    }

    /// <summary>Every division of the text's beginning into a name and a value, the rest being one more pair.</summary>
    private static IEnumerable<List<Parameter>> Recuts(string text)
    {
        var end = Math.Min(text.Length, MostRecut);
        for (var name = 1; name < end; name++)
        {
            for (var value = name; value <= end; value++)
            {
                if (value == text.Length)
                    yield return [new(text[..name], text[name..])];
                for (var second = value + 1; second <= text.Length && second <= end; second++)
                {
                    yield return
                    [
                        new(text[..name], text[name..value]), new(text[value..second], text[second..]),
                    ];
                }
            }
        }
    }

    private static bool IsSame(List<Parameter> one, List<Parameter> other) =>
        Known(one).SequenceEqual(Known(other));

    /// <summary>The known parameters as a dialect reads them: it treats all malformed values alike.</summary>
    private static IEnumerable<Parameter> Known(List<Parameter> parameters) => parameters
        .Where(parameter => parameter.Name is "a" or "ab" or "method")
        .Select(parameter =>
            BaseString.Matches(parameter.Name, parameter.Value) ? parameter : parameter with { Value = "" })
        .OrderBy(parameter => parameter.Name, StringComparer.Ordinal);

    /// <summary>A request is explained for one dialect at a time. The length of the input says for which.</summary>
    private static void Explain(byte[] bytes)
    {
        if (ReadRequest(bytes) is not { } call)
            return;
        var scheme = Schemes[bytes.Length % Schemes.Length];
        var shown = SignaturePrint.TextOf(SigningExplanation.Of(scheme.Read(call, Now), Secrets, []));
        Require(!shown.Contains(Secrets[0].Secret, StringComparison.Ordinal), "a secret in the explanation");
    }

    private static void Import(byte[] bytes)
    {
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            ReadImportAsync(stream).GetAwaiter().GetResult();
        }
        catch (UsageException)
        {
            // The file is refused with a message.
        }
    }

    private static async Task ReadImportAsync(Stream stream)
    {
        var file = await ImportFile.OpenAsync(stream, CancellationToken.None);
        await foreach (var (_, reading) in file.ReadAsync(CancellationToken.None))
        {
            if (reading.Line is { } line && Account.IsLogin(line.Login))
                ImportCandidate.Read(line, Now);
        }
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new RuleBrokenException(rule);
    }
}

/// <summary>A parser's result is not what it must be for every input.</summary>
internal sealed class RuleBrokenException(string rule) : Exception("This must not happen: " + rule);
