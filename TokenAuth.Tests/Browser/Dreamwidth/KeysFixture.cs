using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Tests.Browser.Dreamwidth;

/// <summary>A person's actions on the page of API keys, and keys that exist before the test begins.</summary>
internal static class KeysFixture
{
    extension(IPage page)
    {
        public ILocator Keys =>
            page.GetByRole(AriaRole.Region, new() { Name = "Your keys" }).GetByRole(AriaRole.Listitem);

        /// <summary>The text of the newly created key.</summary>
        public ILocator MadeKey => page.Locator("#key");

        public async Task MakeKeyAsync(string name)
        {
            await page.GetByLabel("Name of the program").FillAsync(name);
            await page.Button("Create a key").ClickAsync();
        }

        /// <summary>Answers the password prompt that precedes a change.</summary>
        public async Task ProveAsync(string password)
        {
            await page.SeesAsync("Confirm that it is you");
            await page.Password.FillAsync(password);
            await page.Button("Continue").ClickAsync();
        }

        /// <summary>Sends values that the page's own checks would stop.</summary>
        public async Task MakeKeyWithoutChecksAsync(string name)
        {
            await page.EvaluateAsync("document.getElementById('name').removeAttribute('maxlength'); "
                + "document.getElementById('name').form.noValidate = true");
            await page.MakeKeyAsync(name);
        }
    }

    extension(BrowserFixture fixture)
    {
        /// <summary>A key that the person created earlier.</summary>
        public Task<string> KeyAsync(Account person, string name) =>
            fixture.World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(person.Id, name, null, default);

        public async Task<IReadOnlyList<ListedKey>> KeysOfAsync(Account person) =>
            await fixture.World.Server.Services.GetRequiredService<AccountKeys>().ListAsync(person.Id, default);

        public async Task OpenKeysAsync(string login)
        {
            await fixture.ArriveSignedInAsync(login);
            await fixture.Page.GotoAsync(fixture.Address("/account/keys"));
        }
    }
}
