// Logs in through the PeopleAggregator dialect and checks the token.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_PASSWORD: the person's
// password, or an API key from /account/keys.
using System.Text.Json.Nodes;

var api = $"{Variable("TOKENAUTH_URL")}/api/json/peopleaggregator";
using var http = new HttpClient();

// The password is sent in the body, because logs keep addresses.
var form = new FormUrlEncodedContent(new Dictionary<string, string>
{
    ["login"] = Variable("TOKENAUTH_LOGIN"),
    ["password"] = Variable("TOKENAUTH_PASSWORD"),
});
var token = (string)(await ReadAsync(await http.PostAsync($"{api}/login", form)))["authToken"]!;

var answer = await ReadAsync(await http.GetAsync($"{api}/checkToken?authToken={Uri.EscapeDataString(token)}"));
Console.WriteLine($"Signed in: {answer["login"]}, for {answer["tokenLifetime"]} seconds");

// Reads a response.
static async Task<JsonNode> ReadAsync(HttpResponseMessage response)
{
    var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    if (!(bool)answer["success"]!)
    {
        Console.Error.WriteLine($"Error {answer["code"]}: {answer["msg"]}");
        Environment.Exit(1);
    }

    return answer;
}

static string Variable(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");
