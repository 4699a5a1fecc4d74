using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Browser.Security;

/// <summary>What a person does on the security page and in the second step of a sign-in.</summary>
internal static class SecurityPerson
{
    public const string Path = "/account/security";

    /// <summary>The secret of people who got their authenticator app from <see cref="SetAuthenticatorAsync"/>.</summary>
    private static readonly byte[] Secret =
        [.. Enumerable.Range(1, Totp.SecretBytes).Select(number => (byte)number)];

    extension(IPage page)
    {
        public ILocator Passkeys =>
            page.GetByRole(AriaRole.Region, new() { Name = "Passkeys" }).Locator("ul.rows > li");

        public ILocator Status => page.GetByRole(AriaRole.Status);

        public ILocator Code => page.GetByLabel("Code from your authenticator app");

        /// <summary>Adds a passkey, from the security page on.</summary>
        public async Task AddPasskeyAsync(string name)
        {
            await page.Button("Add a passkey").ClickAsync();
            await page.GetByLabel("Name of the passkey").FillAsync(name);
            await page.Button("Create the passkey").ClickAsync();
            await page.SeesAsync("Security");
        }
    }

    extension(IPage page)
    {
        /// <summary>Sets up an authenticator app, from the security page on, and returns its secret.</summary>
        public async Task<byte[]> SetUpAuthenticatorAsync(TestWorld world)
        {
            await page.Button("Set up an authenticator app").ClickAsync();
            var secret = SecretOf(await page.Locator("#secret").InnerTextAsync());
            await page.Code.FillAsync(world.CodeOf(secret));
            await page.Button("Turn on").ClickAsync();
            await page.SeesAsync("Your authenticator app is set up");
            return secret;
        }
    }

    /// <summary>Reads a secret as an app does that a person types it into.</summary>
    public static byte[] SecretOf(string shown)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(shown.Where(c => c != ' ').Select(
            c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(part => part.Length == 8).Select(part => Convert.ToByte(new string(part), 2))];
    }

    extension(BrowserFixture fixture)
    {
        /// <summary>Enters the password of a person with a second factor.</summary>
        public async Task ArriveAtSecondStepAsync()
        {
            await fixture.Page.GotoAsync(fixture.Address("/signin"));
            await fixture.Page.SignInAsync("alice");
            await fixture.Page.SeesAsync("Confirm your sign-in");
        }

        /// <summary>Signs in with the password and the code of <see cref="SetAuthenticatorAsync"/>.</summary>
        public async Task ArriveSignedInWithCodeAsync()
        {
            await fixture.ArriveAtSecondStepAsync();
            await fixture.Page.Code.FillAsync(fixture.World.CodeOf(Secret));
            await fixture.Page.Button("Continue").ClickAsync();
            await fixture.Page.SeesAsync("Your account");
        }

        /// <summary>Opens the security page at http://localhost with a device that keeps passkeys.</summary>
        public async Task<VirtualAuthenticator> OpenSecurityAsync(string login = "alice")
        {
            fixture.UsesName = true;
            await fixture.ArriveSignedInAsync(login);
            var device = await VirtualAuthenticator.AddAsync(fixture.Page);
            await fixture.Page.GotoAsync(fixture.Address(Path));
            return device;
        }
    }

    extension(TestWorld world)
    {
        /// <summary>Sets up an authenticator app, whose last used code is an old one. Returns secret and codes.</summary>
        public async Task<(byte[] Secret, IReadOnlyList<string> RecoveryCodes)> SetAuthenticatorAsync(Account account)
        {
            var codes = await world.Server.Services.GetRequiredService<SecondFactor>().SetAuthenticatorAsync(
                account.Id, Secret, step: 1, System.Net.IPAddress.Loopback, default);
            return (Secret, codes ?? []);
        }

        /// <summary>The code that the app shows now, or some steps later.</summary>
        public string CodeOf(byte[] secret, int later = 0) =>
            Totp.CodeAt(secret, Totp.StepAt(world.Clock.GetUtcNow()) + later);
    }
}
