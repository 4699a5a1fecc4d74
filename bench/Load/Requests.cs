using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TokenAuth.Bench;

/// <summary>Complete HTTP requests as clients of the dialects send them, signed without the server's code.</summary>
internal static class Requests
{
    public static byte[] Bare() => Get("/json");

    public static byte[] IpernityCheckToken(BenchFixture fixture, long session)
    {
        var token = fixture.TextOf(session);
        var signature = Md5($"api_key{fixture.Web.ApiKey}auth_token{token}auth.checkToken{fixture.Web.Secret}");
        return Post(
            "/api/auth.checkToken/json", $"api_key={fixture.Web.ApiKey}&auth_token={token}&api_sig={signature}");
    }

    public static byte[] PeopleAggregatorCheckToken(BenchFixture fixture, long session) =>
        Get($"/api/json.php/peopleaggregator/checkToken?authToken={Uri.EscapeDataString(fixture.TextOf(session))}");

    public static byte[] Introspect(BenchFixture fixture, long session)
    {
        var credentials = Encoding.ASCII.GetBytes($"{fixture.Service.ApiKey}:{fixture.Service.Secret}");
        return Post(
            "/introspect",
            $"token={Uri.EscapeDataString(fixture.TextOf(session))}",
            $"Authorization: Basic {Convert.ToBase64String(credentials)}\r\n");
    }

    public static byte[] CreateToken(BenchFixture fixture) => MediaPost(
        fixture, ("api_key", fixture.Web.ApiKey), ("format", "JSON"), ("method", "up.auth.createToken"), ("v", "1.0"));

    public static byte[] GetSession(BenchFixture fixture, string token) => MediaPost(
        fixture, ("api_key", fixture.Web.ApiKey), ("auth_token", token), ("format", "JSON"),
        ("method", "up.auth.getSession"), ("v", "1.0"));

    public static byte[] GetLoggedInUser(BenchFixture fixture, string session) => MediaPost(
        fixture, ("api_key", fixture.Web.ApiKey), ("format", "JSON"), ("method", "up.users.getLoggedInUser"),
        ("session_key", session), ("v", "1.0"));

    public static byte[] SessionGenerate(string login, string key)
    {
        static string Member(string name, string value) =>
            $"<member><name>{name}</name><value><string>{value}</string></value></member>";
        return Post(
            "/interface/xmlrpc",
            "<?xml version=\"1.0\"?><methodCall><methodName>LJ.XMLRPC.sessiongenerate</methodName><params><param>"
            + "<value><struct>"
            + Member("username", login)
            + Member("auth_method", "clear")
            + Member("password", key)
            + Member("expiration", "short")
            + "</struct></value></param></params></methodCall>",
            type: "text/xml");
    }

    public static byte[] WetpaintLogin(BenchFixture fixture, string user, DateTimeOffset now)
    {
        var at = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(
            HMACSHA1.HashData(
                Encoding.ASCII.GetBytes(fixture.Wiki.Secret),
                Encoding.ASCII.GetBytes(fixture.Wiki.ApiKey + user + at)));
        return Post(
            "/UserService/login.do",
            $"key={fixture.Wiki.ApiKey}&ns={BenchFixture.Namespace}&output=api&cred.ts={at}&cred.sig={signature}&"
            + $"user.userId={user}&user.email={user}%40example.test&user.emailOptIn=false");
    }

    public static byte[] PasswordLogin(string password) => Post(
        "/api/json.php/peopleaggregator/login",
        $"login={BenchFixture.Login}&password={Uri.EscapeDataString(password)}");

    /// <param name="parameters">In the order of their names.</param>
    private static byte[] MediaPost(BenchFixture fixture, params (string Name, string Value)[] parameters)
    {
        var pairs = parameters.Select(parameter => $"{parameter.Name}={parameter.Value}").ToList();
        var signature = Md5(string.Concat(pairs) + fixture.Web.Secret);
        return Post("/restserver.php", $"{string.Join('&', pairs)}&sig={signature}");
    }

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));

    private static byte[] Get(string target) =>
        Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    public static byte[] Post(
        string target, string body, string headers = "", string type = "application/x-www-form-urlencoded") =>
        Encoding.ASCII.GetBytes(
            $"POST {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: {type}\r\nContent-Length: "
            + $"{body.Length}\r\n\r\n{body}");
}
