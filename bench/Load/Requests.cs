using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Bench;

/// <summary>Whole HTTP requests as clients of the dialects send them; signed here, not by the server's code.</summary>
internal static class Requests
{
    public static byte[] Bare() => Get("/json");

    public static byte[] IpernityCheckToken(Cast cast, long session)
    {
        var token = cast.TextOf(session);
        var signature = Md5($"api_key{cast.Web.ApiKey}auth_token{token}auth.checkToken{cast.Web.Secret}");
        return Post("/api/auth.checkToken/json", $"api_key={cast.Web.ApiKey}&auth_token={token}&api_sig={signature}");
    }

    public static byte[] PeopleAggregatorCheckToken(Cast cast, long session) =>
        Get($"/api/json.php/peopleaggregator/checkToken?authToken={Uri.EscapeDataString(cast.TextOf(session))}");

    public static byte[] Introspect(Cast cast, long session) => Post(
        "/introspect", $"token={Uri.EscapeDataString(cast.TextOf(session))}",
        $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{cast.Service.ApiKey}:{cast.Service.Secret}"))}\r\n");

    public static byte[] CreateToken(Cast cast) => MediaPost(cast, ("api_key", cast.Web.ApiKey), ("format", "JSON"), ("method", "up.auth.createToken"), ("v", "1.0"));

    public static byte[] GetSession(Cast cast, long handshake) =>
        MediaPost(cast, ("api_key", cast.Web.ApiKey), ("auth_token", Cast.HandshakeOf(handshake)), ("format", "JSON"), ("method", "up.auth.getSession"), ("v", "1.0"));

    public static byte[] SessionGenerate(string login, string key)
    {
        static string Member(string name, string value) => $"<member><name>{name}</name><value><string>{value}</string></value></member>";
        return Post(
            "/interface/xmlrpc",
            "<?xml version=\"1.0\"?><methodCall><methodName>LJ.XMLRPC.sessiongenerate</methodName><params><param><value><struct>"
            + Member("username", login) + Member("auth_method", "clear") + Member("password", key) + Member("expiration", "short")
            + "</struct></value></param></params></methodCall>",
            type: "text/xml");
    }

    public static byte[] WetpaintLogin(Cast cast, string user, DateTimeOffset now)
    {
        var at = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.ASCII.GetBytes(cast.Wiki.Secret), Encoding.ASCII.GetBytes(cast.Wiki.ApiKey + user + at)));
        return Post(
            "/UserService/login.do",
            $"key={cast.Wiki.ApiKey}&ns={Cast.Namespace}&output=api&cred.ts={at}&cred.sig={signature}&user.userId={user}&user.email={user}%40example.test&user.emailOptIn=false");
    }

    public static byte[] PasswordLogin(string password) => Post(
        "/api/json.php/peopleaggregator/login", $"login={Cast.Login}&password={Uri.EscapeDataString(password)}");

    /// <summary>Parameters in the order of their names.</summary>
    private static byte[] MediaPost(Cast cast, params (string Name, string Value)[] parameters) => Post(
        "/restserver.php",
        string.Join('&', parameters.Select(parameter => $"{parameter.Name}={parameter.Value}"))
        + $"&sig={Md5(string.Concat(parameters.Select(parameter => $"{parameter.Name}={parameter.Value}")) + cast.Web.Secret)}");

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));

    private static byte[] Get(string target) => Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    private static byte[] Post(string target, string body, string headers = "", string type = "application/x-www-form-urlencoded") => Encoding.ASCII.GetBytes(
        $"POST {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
