// Signs a person in through the Dreamwidth dialect: the flat protocol, with a challenge and an API key.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_API_KEY, which the person
// creates at /account/keys.
using System.Security.Cryptography;
using System.Text;

var server = Variable("TOKENAUTH_URL");
var login = Variable("TOKENAUTH_LOGIN");
var key = Variable("TOKENAUTH_API_KEY");
using var http = new HttpClient();

// A challenge is good for one attempt, within 60 seconds. The key itself is never sent.
var challenge = (await CallAsync(new() { ["mode"] = "getchallenge" }))["challenge"];
var session = await CallAsync(new()
{
    ["mode"] = "sessiongenerate",
    ["user"] = login,
    ["auth_method"] = "challenge",
    ["auth_challenge"] = challenge,
    ["auth_response"] = Md5(challenge + Md5(key)),
    ["expiration"] = "short", // 24 hours; "long" is 30 days
});

// Web pages take the session as the cookie ljsession.
var cookie = session["ljsession"];
Console.WriteLine($"Signed in: {login}. The cookie ljsession has {cookie.Length} characters.");

// Performs a mode of the flat protocol. The answer has the names on odd lines, each followed by its value.
async Task<Dictionary<string, string>> CallAsync(Dictionary<string, string> fields)
{
    using var response = await http.PostAsync($"{server}/interface/flat", new FormUrlEncodedContent(fields));
    var lines = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
    var answer = lines.Chunk(2).ToDictionary(pair => pair[0], pair => pair[^1]);
    if (answer["success"] != "OK")
    {
        // The flat protocol has messages without numbers.
        Console.Error.WriteLine($"Error: {answer["errmsg"]}");
        Environment.Exit(1);
    }

    return answer;
}

static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

static string Variable(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");
