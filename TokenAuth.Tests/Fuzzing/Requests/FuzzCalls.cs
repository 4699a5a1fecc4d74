using CsCheck;
using TokenAuth.Ipernity.OAuth;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Formats;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>
/// Writes requests: right ones of every dialect, page and endpoint, with wrong values that are signed rightly, and then
/// spoilt in up to four places.
/// </summary>
internal sealed class FuzzCalls(FuzzWorld world, string host)
{
    private readonly Dictionary<string, ClientSession?> _sessions = new(StringComparer.Ordinal);

    private string Origin => $"http://{host}";

    /// <summary>Forgets what belongs to accounts that were replaced.</summary>
    public void Forget() => _sessions.Clear();

    /// <summary>Writes a request. The same seed gives the same request, but for the tokens in it.</summary>
    public async Task<FuzzRequest> WriteAsync(PCG random)
    {
        var spoiling = new FuzzSpoiling(random, [.. world.ForeignTexts, world.Foreign.Application.ApiKey, "alice"]);
        var draft = random.Below(12) switch
        {
            < 6 => await CallAsync(random, spoiling),
            6 => OAuth(random, spoiling),
            7 or 8 => Page(random, spoiling),
            9 or 10 => new FuzzOpenId(world, random, spoiling).Write(),
            _ => Anywhere(random, spoiling),
        };
        draft.HasPassword |= draft.Fields.Exists(IsPassword) || draft.Query.Exists(IsPassword)
            || draft.Headers.Exists(header => header.Name == "Authorization");
        // Without other addresses, the first wrong passwords would lock everybody out.
        if (!spoiling.OneIn(4))
            draft.Headers.Add(("X-Forwarded-For", $"10.{random.Below(256)}.{random.Below(256)}.{random.Below(256)}"));
        if (spoiling.OneIn(2))
            draft.Headers.Add(("X-Forwarded-Proto", "https"));
        for (var left = random.Below(5); left > 0; left--)
            spoiling.Spoil(draft);
        return draft.ToRequest(host, $"fuzz{random.Below(1000)}");
    }

    /// <summary>Every method in every format, as it should be called.</summary>
    public async Task<IReadOnlyList<FuzzRequest>> RightAsync()
    {
        var requests = new List<FuzzRequest>();
        foreach (var dialect in world.Dialects)
        {
            foreach (var page in dialect.Reference.Pages)
            {
                foreach (var format in dialect.Reference.Formats)
                {
                    var values = await ValuesAsync(dialect, page, isFresh: true);
                    requests.Add(Draft(dialect, page, format, values, ApplicationKind.Web, $"n{requests.Count}")
                        .ToRequest(host, boundary: ""));
                }
            }
        }

        return requests;
    }

    private static bool IsPassword((string Name, string Value) pair) =>
        pair.Name.Contains("password", StringComparison.OrdinalIgnoreCase)
        || pair.Name.Contains("secret", StringComparison.OrdinalIgnoreCase);

    private async Task<FuzzDraft> CallAsync(PCG random, FuzzSpoiling spoiling)
    {
        var dialect = spoiling.Pick(world.Dialects);
        var page = spoiling.Pick(dialect.Reference.Pages);
        var format = spoiling.Pick(dialect.Reference.Formats);
        var values = await ValuesAsync(dialect, page, isFresh: spoiling.OneIn(6));
        // Before the signature, so that it is right.
        for (var left = random.Below(3); left > 0; left--)
        {
            var name = values.Count == 0 || spoiling.OneIn(4) ? spoiling.Name() : spoiling.Pick([.. values.Keys]);
            values[name] = spoiling.Value();
            if (page.Parameters.All(parameter => parameter.Name != name))
                page = page with { Parameters = [.. page.Parameters, new CallParameter(name, "", "")] };
        }

        var kind = spoiling.OneIn(4) ? ApplicationKind.Desktop : ApplicationKind.Web;
        return Draft(dialect, page, format, values, kind, $"n{random.Below(int.MaxValue)}");
    }

    private FuzzDraft Draft(
        DocumentedDialect dialect, MethodPage page, CallFormat format, Dictionary<string, string> values,
        ApplicationKind kind, string nonce)
    {
        var (application, secret) = world.Apps[kind];
        var draft = FuzzDraft.Of(dialect.Name, dialect.Reference.Write(
            page, format, new ClientCall(values, Origin, world.Now, nonce)
            {
                Application = new ClientKeys(application.ApiKey, secret, kind == ApplicationKind.Desktop),
                Session = _sessions.GetValueOrDefault(dialect.Name),
            }));
        draft.HasPassword = page.Parameters.Any(parameter => parameter.Source == ParameterSource.Password);
        return draft;
    }

    private async Task<Dictionary<string, string>> ValuesAsync(DocumentedDialect dialect, MethodPage page, bool isFresh)
    {
        if (isFresh || !_sessions.ContainsKey(dialect.Name))
            _sessions[dialect.Name] = await world.OpenAsync(dialect);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in page.Parameters)
        {
            var value = parameter.Source switch
            {
                ParameterSource.Client => null,
                ParameterSource.Login => world.Person.Login,
                ParameterSource.Password => FuzzWorld.Password,
                ParameterSource.Session => _sessions[dialect.Name]?.Text,
                ParameterSource.Handshake => await world.ConfirmAsync(dialect),
                _ => parameter.Example,
            };
            if (value is not null)
                values[parameter.Name] = value;
        }

        return values;
    }

    /// <summary>The addresses of OAuth's handshake, signed in each way and place.</summary>
    private FuzzDraft OAuth(PCG random, FuzzSpoiling spoiling)
    {
        var (application, secret) = world.Apps[ApplicationKind.Web];
        var path = spoiling.Pick(["/apps/oauth/request", "/apps/oauth/access", "/apps/oauth/authorize"]);
        var method = spoiling.Pick(["HMAC-SHA1", "MD5", "PLAINTEXT"]);
        var place = random.Below(3);
        var session = _sessions.GetValueOrDefault("ipernity");
        List<(string Name, string Value)> oauth =
        [
            ("oauth_consumer_key", application.ApiKey), ("oauth_nonce", $"n{random.Below(int.MaxValue)}"),
            ("oauth_signature_method", method), ("oauth_version", "1.0"),
            ("oauth_timestamp", $"{world.Now.ToUnixTimeSeconds()}"),
        ];
        if (spoiling.OneIn(2))
            oauth.Add(("oauth_callback", spoiling.OneIn(2) ? spoiling.Value() : "oob"));
        if (spoiling.OneIn(2))
            oauth.Add(("oauth_token", session?.Text ?? spoiling.Value()));
        if (spoiling.OneIn(3))
            oauth.Add((spoiling.OneIn(2) ? "oauth_verifier" : spoiling.Name(), spoiling.Value()));
        var verb = place == 2 ? "POST" : "GET";
        var text = OAuthSignature.BaseString(
            verb, Origin, path, oauth.Select(pair => new Parameter(pair.Name, pair.Value)));
        oauth.Add(("oauth_signature", OAuthSignature.Sign(method, text, secret, session?.Secret ?? "")!));
        var draft = new FuzzDraft("ipernity.oauth", verb, path);
        if (place == 0)
        {
            draft.Headers.Add(("Authorization", "OAuth " + string.Join(
                ", ", oauth.Select(pair => $"{Escaped(pair.Name)}=\"{Escaped(pair.Value)}\""))));
        }
        else
        {
            (place == 1 ? draft.Query : draft.Fields).AddRange(oauth);
        }

        return draft;
    }

    /// <summary>A form of a page, as the signed-in person would send it.</summary>
    private FuzzDraft Page(PCG random, FuzzSpoiling spoiling)
    {
        var form = spoiling.Pick(world.Forms);
        var draft = FuzzDraft.Of("pages", new ClientRequest(form.Verb, form.Target));
        draft.IsAddressed = false;
        (form.Verb == "POST" ? draft.Fields : draft.Query).AddRange(form.Fields);
        draft.Form = spoiling.OneIn(3) ? BodyForm.Multipart : BodyForm.Usual;
        draft.HasPassword = true;
        AddCookies(draft, random);
        var pairs = form.Verb == "POST" ? draft.Fields : draft.Query;
        for (var left = random.Below(3); left > 0 && pairs.Count > 0; left--)
        {
            var at = random.Below(pairs.Count);
            pairs[at] = (pairs[at].Name, spoiling.Value());
        }

        return draft;
    }

    /// <summary>Any address that the server has, with any parameters.</summary>
    private FuzzDraft Anywhere(PCG random, FuzzSpoiling spoiling)
    {
        var draft = new FuzzDraft("anywhere", spoiling.OneIn(3) ? "POST" : "GET", world.Fill(
            spoiling.Pick(world.Routes), random.Below));
        AddCookies(draft, random);
        var pairs = draft.Verb == "POST" && !spoiling.OneIn(4) ? draft.Fields : draft.Query;
        for (var left = random.Below(4); left > 0; left--)
            pairs.Add((spoiling.Name(), spoiling.Value()));
        return draft;
    }

    private void AddCookies(FuzzDraft draft, PCG random)
    {
        if (random.Below(5) > 0)
            draft.Headers.Add(("Cookie", world.Cookies));
    }

    private static string Escaped(string text) => Uri.EscapeDataString(Gens.Carried(text));
}
