using System.Net;
using System.Text.RegularExpressions;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>A person with a browser: it stores cookies and sends forms with the hidden fields of their pages.</summary>
internal sealed partial class Person : IDisposable
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    private string _formToken = "";

    public static async Task<Person> SignInAsync(Uri server, string login, string password)
    {
        var person = new Person();
        await person.ReadFormAsync(new Uri(server, "/signin"));
        using var answer = await person.SendFormAsync(
            new Uri(server, "/signin"), ("login", login), ("password", password));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        await person.ReadFormAsync(new Uri(server, "/account"));
        return person;
    }

    public static async Task<Person> SignUpAsync(Uri server, string login, string password)
    {
        var person = new Person();
        await person.ReadFormAsync(new Uri(server, "/signup"));
        using var answer = await person.SendFormAsync(
            new Uri(server, "/signup"), ("login", login), ("email", $"{login}@example.test"), ("password", password));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return person;
    }

    /// <summary>The consent page of a token's link. Its status is 200 where the token waits for consent.</summary>
    public async Task<HttpStatusCode> LookAsync(Uri server, App application, string token)
    {
        using var page = await _browser.GetAsync(Link(server, application, token));
        UnansweredException.ThrowIf(page);
        return page.StatusCode;
    }

    /// <summary>
    /// Opens the link and allows the application. Returns whether the browser was then told of success.
    /// </summary>
    public async Task<bool> AllowAsync(Uri server, App application, string token)
    {
        using var answer = await SendFormAsync(Link(server, application, token), ("decision", "allow"));
        UnansweredException.ThrowIf(answer);
        return answer.StatusCode == HttpStatusCode.OK
            || (answer.StatusCode == HttpStatusCode.Found && answer.Headers.Location!.Query.EndsWith(
                $"auth_token={token}", StringComparison.Ordinal));
    }

    public void Dispose() => _browser.Dispose();

    private static Uri Link(Uri server, App application, string token) =>
        new(server, $"/login.php?api_key={application.ApiKey}&v=1.0&auth_token={token}");

    private async Task ReadFormAsync(Uri page) =>
        _formToken = FormToken().Match(await _browser.GetStringAsync(page)).Groups[1].Value;

    private Task<HttpResponseMessage> SendFormAsync(Uri page, params (string Name, string Value)[] fields) =>
        _browser.PostAsync(
            page,
            new FormUrlEncodedContent(
                [
                    .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
                    new("__RequestVerificationToken", _formToken),
                ]));

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
