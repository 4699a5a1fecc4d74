// Signs a person in through the MediaPost dialect and asks who it is.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

var server = Variable("TOKENAUTH_URL");
var key = Variable("TOKENAUTH_KEY");
var secret = Variable("TOKENAUTH_SECRET");
using var http = new HttpClient();

var token = (string)(await CallAsync("auth.createToken", secret))!;
Console.WriteLine("Open this address, allow the application, then press Enter:");
Console.WriteLine($"{server}/login.php?api_key={key}&v=1.0&auth_token={token}");
Console.ReadLine();

var session = await CallAsync("auth.getSession", secret, ("auth_token", token));
// A desktop application gets a secret with the session, and signs the session's calls with it.
var user = await CallAsync(
    "users.getLoggedInUser", (string?)session["secret"] ?? secret, ("session_key", (string)session["session_key"]!));
Console.WriteLine($"Signed in: user {user}");

// Calls a method, signed with the secret, and returns its result.
async Task<JsonNode> CallAsync(string method, string secret, params (string Name, string Value)[] arguments)
{
    var parameters = arguments.ToDictionary(argument => argument.Name, argument => argument.Value);
    parameters["api_key"] = key;
    parameters["format"] = "json";
    parameters["method"] = method;
    // The signature is the MD5 of name=value, sorted by name and joined, then the secret.
    var text = string.Concat(
        parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
    parameters["sig"] = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text + secret)));

    using var answer = await http.PostAsync($"{server}/api.php", new FormUrlEncodedContent(parameters));
    var result = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    if (result is JsonObject && result["error_code"] is { } code)
    {
        Console.Error.WriteLine($"Error {code}: {result["error_msg"]}");
        Environment.Exit(1);
    }

    return result;
}

static string Variable(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");
