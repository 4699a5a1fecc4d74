using System.Text;
using CsCheck;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Fuzzing.Requests;

/// <summary>Spoils the parts of a request.</summary>
/// <param name="texts">Tokens and keys of others, to be put in the place of right ones.</param>
internal sealed class FuzzSpoiling(PCG random, IReadOnlyList<string> texts)
{
    private static readonly string[] Values =
    [
        "", " ", "0", "-1", "1", "00", "1.5", "1e9", "9223372036854775808", "99999999999999999999999", "NaN",
        "true", "null", "[]", "{}", "\0", "a\0b", "\u0001", "\u007f", "\r\n", "a\nb=c", "\r\nX-Fuzz: 1", "\t", "&", "=",
        "a=b&c=d", "%", "%zz", "%00", "%u0041", "+", "é", "☃", "𝄞", "\ufffe", "\uffff", "\u0085\u2028", "\ud800", "ÿþ",
        "I\u0307", "e\u0301\u0301\u0301", "]]>", "<a>", "</value>", "<!--", "&amp;", "&#0;", "&#xD800;", "\"", "'",
        "'; --", "\\", "..", "../../etc", "//example.org", "https://example.org/", "javascript:alert(1)", "data:,",
        "http://[::1", "http://a b/", "format=json", "method=auth.getSession", "json", "xml", "php_serial", "callback",
        "S256", "code", "none", "2038-01-19", "1970-01-01T00:00:00Z", "a:b", ":", "::1", "127.0.0.1", "0.0.0.0/0",
        "urn:tokenauth:token-type:session", "eyJhbGciOiJub25lIn0.e30.", "MTpi", "OTc6Yg==",
    ];

    private static readonly string[] Names =
    [
        "method", "format", "v", "callback", "ss", "sig", "apiSig", "api_key", "apiKey", "call_id", "session_key",
        "auth_token", "auth_method", "user", "username", "password", "ver", "mode", "output", "state", "nonce",
        "prompt", "max_age", "claims", "request", "request_uri", "registration", "id_token_hint", "scope", "audience",
        "resource",
        "handler", "ReturnUrl", "next", "culture", "page", "oauth_version", "oauth_body_hash", "a[b]", "a.b", "",
    ];

    private static readonly string[] Types =
    [
        "", "text/plain", "text/xml", "application/xml", "application/json", "application/soap+xml",
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded; charset=\"", "text/xml; charset=utf-16", "text/xml; charset=iso-8859-1",
        "text/xml; charset=none", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/mixed; boundary=a", "multipart/form-data; boundary=\"a b\"", "a", "/", "*/*", "a/b; c",
        "text/xml; charset=utf-8; charset=utf-16",
    ];

    private static readonly (string Name, string[] Values)[] HeaderValues =
    [
        ("Host", ["", "example.org", "example.org:99999", "[::1]:80", "a b", "localhost", "127.0.0.1:1", "x.example"]),
        ("X-Forwarded-For", ["", "1.2.3.4", "::ffff:1.2.3.4", "a", "1.2.3.4, 5.6.7.8", "1.2.3.4:99999", "[::1]:1"]),
        ("X-Forwarded-Proto", ["https", "http", "HTTPS", "", "gopher", "https, http", "a b"]),
        ("X-Forwarded-Host", ["example.org", "", "a/b", "example.org, example.net", "[::1"]),
        ("Forwarded", ["for=1.2.3.4;proto=https", "a"]),
        ("Cookie", ["", "a", "=", "TokenAuth=a", "ljsession=ws:a:1:b:c", ";;;", "a=\"b", "__Host-TokenAuth=CfDJ8"]),
        ("Authorization",
        [
            "", "Basic", "Basic a", "Basic Og==", "Basic YTpi", "Bearer", "Bearer a b", "Digest a", "OAuth",
            "OAuth realm=\"", "OAuth oauth_token", "OAuth oauth_token=\"a\",oauth_token=\"b\"", "Basic \u00ff",
        ]),
        ("Accept", ["", "*/*", "text/html", "application/json", "a;q=b", "text/html;q=2"]),
        ("Accept-Language", ["de", "fr-CH, fr;q=0.9", "xx-yy-zz", "*", "a;q=", "de;q=0.0000001"]),
        ("Accept-Encoding", ["gzip", "br;q=1", "identity;q=0, *;q=0", ""]),
        ("Content-Encoding", ["gzip", "identity", "", "gzip, gzip", "a"]),
        ("Expect", ["100-continue", "200-ok"]),
        ("Range", ["bytes=0-1", "bytes=-1", "bytes=9999-", "a"]),
        ("If-None-Match", ["*", "\"a\"", "W/\"", "a"]),
        ("If-Modified-Since", ["a", "Thu, 01 Jan 1970 00:00:00 GMT"]),
        ("Origin", ["null", "https://example.org", "http://127.0.0.1", "a", ""]),
        ("Sec-Fetch-Site", ["cross-site", "same-origin", "a"]),
        ("X-LJ-Auth", ["cookie", ""]),
        ("X-HTTP-Method-Override", ["DELETE", "GET"]),
        ("Upgrade", ["websocket", "h2c"]),
        ("Connection", ["close", "Upgrade", "keep-alive, close", "Content-Type"]),
        ("traceparent", ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a", "ff-0-0-0"]),
        ("X-Fuzz", ["a"]),
    ];

    private static readonly string[] Verbs =
        ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "FUZZ", "PROPFIND"];

    private static readonly byte[][] Insertions =
    [
        [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], "<"u8.ToArray(),
        "&"u8.ToArray(), "&#0;"u8.ToArray(), "&lt;"u8.ToArray(), "<![CDATA["u8.ToArray(), "<!DOCTYPE a>"u8.ToArray(),
        "<?xml version=\"1.1\"?>"u8.ToArray(), "<?xml version=\"1.0\" encoding=\"utf-16\"?>"u8.ToArray(),
        "<struct><member><name>a</name>"u8.ToArray(), "<value><i4>a</i4></value>"u8.ToArray(),
        "<value><nil/></value>"u8.ToArray(), "<base64>*</base64>"u8.ToArray(), "%"u8.ToArray(), "&&=&"u8.ToArray(),
        "\r\n"u8.ToArray(), "{"u8.ToArray(), "]"u8.ToArray(), "a:1:{"u8.ToArray(), " xmlns:x=\"\""u8.ToArray(),
    ];

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Below(from.Count)];

    /// <summary>True once in this number of times.</summary>
    public bool OneIn(int times) => random.Below(times) == 0;

    /// <summary>A value that a parameter should not have.</summary>
    public string Value() => random.Below(24) switch
    {
        0 => new string('a', 300),
        1 => new string('9', 3000),
        2 => string.Concat(Enumerable.Repeat("☃&=", 2000)),
        3 or 4 => Pick(texts),
        5 => Pick(texts) + Pick(Values),
        6 => Pick(Values) + Pick(Values),
        _ => Pick(Values),
    };

    public string Name() => Pick(Names);

    /// <summary>Spoils one part.</summary>
    public void Spoil(FuzzDraft draft)
    {
        switch (random.Below(20))
        {
            case < 8:
                var isPosted = draft.Text is null && (draft.Query.Count == 0 || !OneIn(3));
                SpoilPairs(draft, isPosted ? draft.Fields : draft.Query);
                break;
            case < 11:
                SpoilBody(draft);
                break;
            case < 15:
                var (name, values) = Pick(HeaderValues);
                if (!OneIn(4))
                    draft.Headers.RemoveAll(header => header.Name == name);
                draft.Headers.Add((name, OneIn(8) ? new string('a', 1 + random.Below(6000)) : Pick(values)));
                draft.IsAddressed &=
                    name is not ("Host" or "Expect" or "Upgrade" or "Content-Encoding" or "Connection");
                break;
            case 15:
                draft.Type = Pick(Types);
                break;
            case 16:
                draft.Verb = Pick(Verbs);
                draft.IsAddressed = false;
                break;
            case 17:
                SpoilPath(draft);
                break;
            case 18:
                draft.Form = (BodyForm)random.Below(Enum.GetValues<BodyForm>().Length);
                break;
            default:
                draft.Framing = OneIn(2)
                    ? Framing.Chunked
                    : (Framing)random.Below(Enum.GetValues<Framing>().Length);
                draft.IsAddressed &= draft.Framing is Framing.Exact or Framing.Chunked;
                break;
        }
    }

    private void SpoilPairs(FuzzDraft draft, List<(string Name, string Value)> pairs)
    {
        if (pairs.Count == 0)
        {
            pairs.Add((Name(), Value()));
            return;
        }

        var at = random.Below(pairs.Count);
        var (name, value) = pairs[at];
        switch (random.Below(10))
        {
            case 0:
                pairs.RemoveAt(at);
                break;
            case 1:
                pairs.Add((name, OneIn(2) ? value : Value()));
                break;
            case 2:
                pairs.Insert(0, (Name(), Value()));
                break;
            case 3:
                pairs[at] = (name + Pick(Values), value);
                break;
            case 4:
                pairs[at] = (name.ToUpperInvariant(), value);
                break;
            case 5:
                pairs[at] = (name, value + Pick(Values));
                break;
            case 6 when value.Length > 0:
                pairs[at] = (name, value.Remove(random.Below(value.Length), 1));
                break;
            case 7:
                pairs.RemoveAt(at);
                (ReferenceEquals(pairs, draft.Query) ? draft.Fields : draft.Query).Add((name, value));
                break;
            case 8 when OneIn(4):
                pairs.AddRange(Enumerable.Repeat((name, Pick(Values)), 250));
                break;
            default:
                pairs[at] = (name, Value());
                break;
        }
    }

    private void SpoilBody(FuzzDraft draft)
    {
        if (draft.Text is not { Length: > 0 } text)
        {
            draft.Form = OneIn(2) ? BodyForm.Multipart : draft.Form;
            SpoilPairs(draft, draft.Fields);
            return;
        }

        var at = random.Below(text.Length);
        draft.Text = random.Below(9) switch
        {
            0 => text[..at],
            1 => [],
            2 => [.. text[..at], (byte)random.Below(256), .. text[(at + 1)..]],
            3 => [.. text, .. text],
            4 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(text)),
            5 => [.. text[..at], .. Enumerable.Repeat(text[at], 1 + random.Below(200_000)), .. text[at..]],
            6 => Tag(text),
            _ => [.. text[..at], .. Pick(Insertions), .. text[at..]],
        };
    }

    /// <summary>Repeats, removes or renames an element.</summary>
    private byte[] Tag(byte[] text)
    {
        var xml = Encoding.UTF8.GetString(text);
        var tags = xml.Split('<');
        if (tags.Length < 3)
            return text;
        var at = 1 + random.Below(tags.Length - 1);
        tags[at] = random.Below(4) switch
        {
            0 => tags[at] + "<" + tags[at],
            1 => "",
            2 => "x" + tags[at],
            _ => tags[at].Split('>')[0] + ">" + Value(),
        };
        return Encoding.UTF8.GetBytes(string.Join('<', tags));
    }

    private void SpoilPath(FuzzDraft draft)
    {
        draft.IsAddressed = false;
        draft.Path = random.Below(12) switch
        {
            0 => draft.Path + "/",
            1 => "/" + draft.Path,
            2 => draft.Path.ToUpperInvariant(),
            3 => draft.Path + ".php",
            4 => draft.Path + "%00",
            5 => draft.Path + "/..%2f",
            6 => draft.Path.Replace("/", "/%2e/", StringComparison.Ordinal),
            7 => draft.Path + "%ff%fe",
            8 => draft.Path[..random.Below(draft.Path.Length)] + "/" + Uri.EscapeDataString(Gens.Carried(Pick(Values))),
            9 => "http://example.org" + draft.Path,
            10 => "*",
            _ => draft.Path + "/" + new string('a', 1 + random.Below(9000)),
        };
    }
}
