using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace TokenAuth.Tests.Infrastructure;

/// <summary>
/// An old backup program: it speaks Dreamwidth's XML-RPC to a server in this or another process, and fetches the export
/// with its session cookie.
/// </summary>
internal sealed class JournalProgram(Uri server) : IDisposable
{
    public const int PasswordWrong = 101;
    public const int Banned = 402;

    private readonly HttpClient _http = LiveServer.CreateClient();

    public async Task<string> ChallengeAsync() => Member(await CallAsync("getchallenge"), "challenge");

    /// <summary>Opens a session for the owner of this key.</summary>
    public async Task<SignedIn> SignInAsync(string login, string key) =>
        await RespondAsync(login, key, await ChallengeAsync());

    public async Task<SignedIn> RespondAsync(string login, string key, string challenge) => await GenerateAsync(
        ("username", login), ("auth_method", "challenge"), ("auth_challenge", challenge),
        ("auth_response", Md5(challenge + Md5(key))));

    public Task<SignedIn> SignInWithPasswordAsync(string login, string password) =>
        GenerateAsync(("username", login), ("password", password));

    /// <summary>Whether the cookie opens the export. Otherwise the server redirects to the sign-in page.</summary>
    public async Task<bool> MayExportAsync(string cookie)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(server, "/export_comments?get=comment_meta"));
        request.Headers.Add("Cookie", $"ljsession={cookie}");
        using var response = await _http.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            Assert.Contains("<maxid>0</maxid>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            return true;
        }

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Contains("/signin?", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        return false;
    }

    public void Dispose() => _http.Dispose();

    private async Task<SignedIn> GenerateAsync(params (string, string)[] members)
    {
        var answer = await CallAsync("sessiongenerate", members);
        return answer.Element("fault") is null
            ? new SignedIn(Member(answer, "ljsession"), Code: 0)
            : new SignedIn("", int.Parse(Member(answer, "faultCode"), CultureInfo.InvariantCulture));
    }

    private async Task<XElement> CallAsync(string method, params (string Name, string Value)[] members)
    {
        var call = new XElement("methodCall", new XElement("methodName", "LJ.XMLRPC." + method), new XElement(
            "params", new XElement("param", new XElement(
                "value", new XElement("struct", members.Select(member => new XElement(
                    "member", new XElement("name", member.Name),
                    new XElement("value", new XElement("string", member.Value)))))))));
        using var content = new StringContent(call.ToString(SaveOptions.DisableFormatting), Encoding.UTF8, "text/xml");
        using var response = await _http.PostAsync(new Uri(server, "/interface/xmlrpc"), content);
        return XElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private static string Member(XElement answer, string name) =>
        answer.Descendants("member").Single(member => member.Element("name")!.Value == name).Element("value")!.Value;

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <param name="Cookie">Empty if the sign-in was refused.</param>
/// <param name="Code">The fault code, or 0.</param>
internal sealed record SignedIn(string Cookie, int Code);
