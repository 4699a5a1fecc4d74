using Microsoft.Playwright;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser;

/// <summary>A person's actions on the pages. Elements are found by their accessible names.</summary>
internal static class Person
{
    extension(IPage page)
    {
        public ILocator LoginName => page.GetByLabel("Login name");

        public ILocator Password => page.GetByLabel("Password", new() { Exact = true });

        public ILocator Alert => page.GetByRole(AriaRole.Alert);

        public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

        /// <summary>The rows of the account page.</summary>
        public ILocator Sessions =>
            page.GetByRole(AriaRole.Region, new() { Name = "Sessions" }).GetByRole(AriaRole.Listitem);

        /// <summary>The applications on their page.</summary>
        public ILocator Applications => page.Locator("section.card:has(h2[id^=application-])");

        /// <summary>The rows of the page of activity.</summary>
        public ILocator Events => page.GetByRole(
            AriaRole.Region, new() { Name = "Sign-ins and changes" }).GetByRole(AriaRole.Listitem);

        /// <summary>Removes an application on its page, which says what follows.</summary>
        public async Task RemoveAsync(string application)
        {
            await page.GetByRole(AriaRole.Link, new() { Name = $"Remove {application}", Exact = true }).ClickAsync();
            await page.SeesAsync($"Remove {application}?");
            await page.Button($"Remove {application}").ClickAsync();
        }

        public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

        public async Task SignInAsync(string login, string password = TestWorld.Password)
        {
            await page.LoginName.FillAsync(login);
            await page.Password.FillAsync(password);
            await page.Locator("main").GetByRole(
                AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        }

        public async Task SignUpAsync(string login, string email, string password)
        {
            await page.LoginName.FillAsync(login);
            await page.GetByLabel("E-mail address").FillAsync(email);
            await page.Password.FillAsync(password);
            await page.Button("Sign up").ClickAsync();
        }

        public async Task ChangePasswordAsync(string present, string chosen)
        {
            await page.GetByLabel("Current password").FillAsync(present);
            await page.GetByLabel("New password").FillAsync(chosen);
            await page.Button("Change password").ClickAsync();
        }

        /// <summary>
        /// Opens the first page with a session cookie. This is faster where the test is not about signing in.
        /// </summary>
        public async Task ArriveSignedInAsync(Uri server, string login)
        {
            var address = new Uri(server, "/signin").AbsoluteUri;
            var form = await (await page.APIRequest.GetAsync(address)).TextAsync();
            var fields = page.APIRequest.CreateFormData();
            fields.Set("login", login).Set("password", TestWorld.Password).Set(
                FormPage.TokenName, FormPage.TokenIn(form));
            var answer = await page.APIRequest.PostAsync(address, new() { Form = fields });
            Assert.EndsWith("/account", answer.Url, StringComparison.Ordinal);
        }

        public Task AllowAsync() => page.Button("Allow").ClickAsync();

        /// <summary>Waits for a page with this heading.</summary>
        public Task SeesAsync(string heading) => Assertions.Expect(page.Heading).ToHaveTextAsync(heading);
    }
}
