using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Login.Upstream;

/// <summary>What a person does in a browser to sign in through the upstream provider.</summary>
internal static class UpstreamBrowser
{
    public const string Path = "/signin/upstream";

    extension(FormBrowser browser)
    {
        /// <summary>Presses the button of the provider, and returns the redirect to it.</summary>
        public async Task<FormPage> LeaveAsync(
            string purpose = "SignIn", string? back = null, bool isAgain = false, string from = "/signin")
        {
            await browser.ReadAsync(from);
            List<(string, string)> fields = [("purpose", purpose)];
            if (back is not null)
                fields.Add(("return", back));
            if (isAgain)
                fields.Add(("again", "1"));
            return await browser.PostAsync(Path, [.. fields]);
        }

        /// <summary>Goes to the provider and returns the address that it sends the browser back to.</summary>
        public async Task<string> AnswerAsync(FormPage redirect)
        {
            Assert.True(redirect.IsRedirect, redirect.Html);
            return (await browser.GetAsync(redirect.Location!.AbsoluteUri)).Location!.AbsoluteUri;
        }

        /// <summary>Goes to the provider and comes back.</summary>
        public async Task<FormPage> TripAsync(
            string purpose = "SignIn", string? back = null, bool isAgain = false, string from = "/signin") =>
            await browser.GetAsync(
                await browser.AnswerAsync(await browser.LeaveAsync(purpose, back, isAgain, from)));

        public async Task<bool> IsSignedInAsync() => (await browser.GetAsync("/account")).Heading == "Your account";
    }
}
