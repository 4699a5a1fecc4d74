using System.Text;
using System.Text.Json;
using System.Xml;
using TokenAuth.Fuzzing;
using TokenAuth.Tests.Kernel.Formats;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>What must be true of the answer to any request.</summary>
internal sealed class AnswerRules
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, HashSet<string>> _types = new(StringComparer.Ordinal);

    /// <summary>
    /// Texts of sessions that a request has used as a name: for a Wetpaint user, or in a form. Any page may show them.
    /// </summary>
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Notes the type of the answer to a right request as one of its dialect.</summary>
    public void Learn(FuzzRequest request, FuzzAnswer answer)
    {
        if (!_types.TryGetValue(request.Door, out var types))
            _types[request.Door] = types = new(StringComparer.Ordinal);
        types.Add(answer.Type);
    }

    /// <exception cref="RuleBrokenException">A rule is broken.</exception>
    public void Check(FuzzRequest request, FuzzAnswer answer, FuzzWorld world)
    {
        // SOAP 1.1 and 1.2 answer every fault with 500. The server's own failures are in its log.
        var isFault = answer.Status == 500 && answer.Text.Contains(":Fault>", StringComparison.Ordinal);
        Require(answer.Status < 500 || answer.Status == 503 || isFault, $"the status {answer.Status}");
        if (request.Verb != "HEAD")
            CheckBody(request, answer);
        CheckSecrets(request, answer, world);
    }

    private void CheckBody(FuzzRequest request, FuzzAnswer answer)
    {
        Require(
            answer.Body.Length == 0 || answer.Type.Length > 0,
            $"a body without a type, with the status {answer.Status}");
        // Kestrel refuses what is no HTTP, and the size of a body, without a body of its own.
        if (answer.Body.Length == 0)
            return;
        // A script, if the caller asks for one.
        Require(
            !request.IsAddressed || answer.Type == "text/javascript"
                || !_types.TryGetValue(request.Door, out var types) || types.Contains(answer.Type),
            $"an answer of {request.Door} with the type {answer.Type} and the status {answer.Status}");
        if (answer.Type.StartsWith("image/", StringComparison.Ordinal) || answer["Content-Encoding"] is not null)
            return;
        try
        {
            CheckForm(request, answer, Strict.GetString(answer.Body));
        }
        catch (Exception failure) when (failure is not RuleBrokenException)
        {
            throw new RuleBrokenException($"a body that is no {answer.Type}: {failure.Message}");
        }
    }

    private static void CheckForm(FuzzRequest request, FuzzAnswer answer, string text)
    {
        switch (answer.Type)
        {
            case "application/json" or "application/problem+json" or "application/jwk-set+json"
                or "application/x-javascript":
                JsonDocument.Parse(answer.Body).Dispose();
                break;
            case "text/html":
                Require(text.EndsWith("</html>", StringComparison.Ordinal)
                    || text.EndsWith("</html>\n", StringComparison.Ordinal), "a page without an end");
                Require(answer["Content-Security-Policy"] is not null, "a page without Content-Security-Policy");
                break;
            case "application/x-www-form-urlencoded":
                Require(text.Split('&').All(pair => pair.Split('=').Length == 2), "a form without pairs");
                break;
            case "text/plain" when request.IsAddressed && request.Target == "/interface/flat":
                Require(
                    text.Length == 0 || text.TrimEnd('\n').Split('\n').Length % 2 == 0, "a flat answer without pairs");
                break;
            case "text/plain" when request is { IsAddressed: true, Door: "mediapost" or "ipernity" }:
                PhpReader.Read(text);
                break;
            case "text/javascript" when request is { IsAddressed: true, Door: "mediapost" }:
                Require(
                    text.StartsWith("/**/", StringComparison.Ordinal) && text.EndsWith(");", StringComparison.Ordinal),
                    "a script of another form");
                break;
            case var type when type.EndsWith("xml", StringComparison.Ordinal):
                using (var reader = XmlReader.Create(new MemoryStream(answer.Body)))
                {
                    while (reader.Read())
                    {
                        // An error throws.
                    }
                }

                break;
        }
    }

    private void CheckSecrets(FuzzRequest request, FuzzAnswer answer, FuzzWorld world)
    {
        // Not in chunks, which may cut a text.
        var whole = request with { Framing = Framing.Exact };
        var sent = new Lazy<string>(() => Uri.UnescapeDataString(Encoding.Latin1.GetString(whole.ToBytes()))
            .Replace("\0", "", StringComparison.Ordinal)); // UTF-16
        if (request is { Door: "pages" or "wetpaint", Verb: "POST" } && answer.Status < 400)
            _names.UnionWith(world.ForeignTexts.Where(text => sent.Value.Contains(text, StringComparison.Ordinal)));
        var received = string.Join('\n', answer.Headers.Select(header => header.Value).Append(answer.Text));
        foreach (var secret in world.Secrets.Where(secret => received.Contains(secret, StringComparison.Ordinal)))
        {
            // A method that repeats what it is sent may repeat the text of a session.
            var isSent = world.ForeignTexts.Contains(secret, StringComparer.Ordinal)
                && (sent.Value.Contains(secret, StringComparison.Ordinal) || _names.Contains(secret));
            var at = received.IndexOf(secret, StringComparison.Ordinal);
            Require(isSent, $"a secret in the answer, after: {received[Math.Max(0, at - 120)..at]}");
        }
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new RuleBrokenException(rule);
    }
}
