// Signs a person in through the ipernity dialect and asks whose token it is.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

var server = Variable("TOKENAUTH_URL");
var key = Variable("TOKENAUTH_KEY");
var secret = Variable("TOKENAUTH_SECRET");
using var http = new HttpClient();

var frob = (string)(await CallAsync("auth.getFrob", []))["frob"]!;
// A link is signed without a method. It asks for permissions: here, to read documents.
using var link = Signed("", new() { ["api_key"] = key, ["frob"] = frob, ["perm_doc"] = "read" });
Console.WriteLine("Open this address, allow the application, then press Enter:");
Console.WriteLine($"{server}/apps/authorize?{await link.ReadAsStringAsync()}");
Console.ReadLine();

var token = (string)(await CallAsync("auth.getToken", new() { ["frob"] = frob }))["token"]!;
// A token has no end date, so a program keeps it and asks at each start whether it is still valid.
var auth = await CallAsync("auth.checkToken", new() { ["auth_token"] = token });
Console.WriteLine($"Signed in: {auth["user"]!["username"]} (documents: {auth["permissions"]!["doc"]})");

// Calls a method and returns its answer.
async Task<JsonNode> CallAsync(string method, Dictionary<string, string> parameters)
{
    parameters["api_key"] = key;
    using var answer = await http.PostAsync($"{server}/api/{method}/json", Signed(method, parameters));
    var result = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    var api = result["api"]!;
    if ((string)api["status"]! != "ok")
    {
        Console.Error.WriteLine($"Error {api["code"]}: {api["message"]}");
        Environment.Exit(1);
    }

    return result["auth"]!;
}

// Adds api_sig: the MD5 of the names and values, sorted by name and joined, then the method, then the secret.
FormUrlEncodedContent Signed(string method, Dictionary<string, string> parameters)
{
    var text = string.Concat(
        parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + pair.Value));
    parameters["api_sig"] = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text + method + secret)));
    return new FormUrlEncodedContent(parameters);
}

static string Variable(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");
