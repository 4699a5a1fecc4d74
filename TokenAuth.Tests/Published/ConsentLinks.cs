using System.Net;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Published;

/// <summary>What a person does with the link of a MediaPost token.</summary>
internal static class ConsentLinks
{
    extension(FormBrowser person)
    {
        /// <summary>Opens the consent page. Its status is 200 where the token waits for consent.</summary>
        public async Task<HttpStatusCode> LookAsync(Uri server, App application, string token)
        {
            var page = await person.GetAsync(Link(server, application, token));
            UnansweredException.ThrowIf(page.Status);
            return page.Status;
        }

        /// <summary>Allows the application. Returns whether the browser was then told of success.</summary>
        public async Task<bool> AllowAsync(Uri server, App application, string token)
        {
            var answer = await person.PostAsync(Link(server, application, token), [("decision", "allow")]);
            UnansweredException.ThrowIf(answer.Status);
            return answer.Status == HttpStatusCode.OK || answer.Sent("auth_token") == token;
        }
    }

    private static string Link(Uri server, App application, string token) =>
        new Uri(server, $"/login.php?api_key={application.ApiKey}&v=1.0&auth_token={token}").AbsoluteUri;
}
