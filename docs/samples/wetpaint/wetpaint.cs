// Gets a ticket for one of a site's own users through the Wetpaint dialect.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET, TOKENAUTH_NAMESPACE and
// TOKENAUTH_LOGIN, the site's own identifier of the user.
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

var key = Variable("TOKENAUTH_KEY");
var secret = Variable("TOKENAUTH_SECRET");
var user = Variable("TOKENAUTH_LOGIN");
var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString();

// The signature is the HMAC-SHA-1 of key, user and time, joined, with the secret.
var signature = HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(key + user + now));
var fields = new Dictionary<string, string>
{
    ["output"] = "api",
    ["key"] = key,
    ["ns"] = Variable("TOKENAUTH_NAMESPACE"),
    ["user.userId"] = user,
    ["user.email"] = "someone@example.org",
    ["user.emailOptIn"] = "false",
    ["cred.ts"] = now,
    ["cred.sig"] = Convert.ToHexStringLower(signature),
};

using var http = new HttpClient();
using var answer = await http.PostAsync(
    $"{Variable("TOKENAUTH_URL")}/UserService/login.do", new FormUrlEncodedContent(fields));
var result = XElement.Parse(await answer.Content.ReadAsStringAsync());
if (result.Element("failure") is { } failure)
{
    Console.Error.WriteLine($"Error {failure.Element("cause")!.Value}: {failure.Element("messages")!.Value}");
    return 1;
}

var ticket = result.Element("ticket")!.Value;
Console.WriteLine($"Signed in: {user}. The ticket has {ticket.Length} characters.");
return 0;

static string Variable(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");
