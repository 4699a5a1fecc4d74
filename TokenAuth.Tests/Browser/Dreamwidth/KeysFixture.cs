using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Accounts;

namespace TokenAuth.Tests.Browser.Dreamwidth;

/// <summary>What a person does on the page of API keys, and what they have done there before.</summary>
internal static class KeysFixture
{
    extension(IPage page)
    {
        public ILocator Keys => page.GetByRole(AriaRole.Region, new() { Name = "Your keys" }).GetByRole(AriaRole.Listitem);

        /// <summary>The text of the key that was made just now.</summary>
        public ILocator MadeKey => page.Locator("#key");

        public async Task MakeKeyAsync(string name)
        {
            await page.GetByLabel("Name of the program").FillAsync(name);
            await page.Button("Make a key").ClickAsync();
        }

        /// <summary>Answers the question for the password that a change is preceded by.</summary>
        public async Task ProveAsync(string password)
        {
            await page.SeesAsync("Confirm that it is you");
            await page.Password.FillAsync(password);
            await page.Button("Go on").ClickAsync();
        }

        /// <summary>Sends what the page's own checks would not let pass.</summary>
        public async Task MakeKeyWithoutChecksAsync(string name)
        {
            await page.EvaluateAsync("document.getElementById('name').removeAttribute('maxlength'); document.getElementById('name').form.noValidate = true");
            await page.MakeKeyAsync(name);
        }
    }

    extension(BrowserFixture scene)
    {
        /// <summary>A key that the person made earlier.</summary>
        public Task<string> KeyAsync(Account person, string name) =>
            scene.World.Server.Services.GetRequiredService<AccountKeys>().AddAsync(person.Id, name, null, default);

        public async Task<IReadOnlyList<ListedKey>> KeysOfAsync(Account person) =>
            await scene.World.Server.Services.GetRequiredService<AccountKeys>().ListAsync(person.Id, default);

        public async Task OpenKeysAsync(string login)
        {
            await scene.ArriveSignedInAsync(login);
            await scene.Page.GotoAsync(scene.Address("/account/keys"));
        }
    }
}
