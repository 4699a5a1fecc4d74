using System.Text.Json;
using Microsoft.Playwright;

namespace TokenAuth.Tests.Browser.Security;

/// <summary>A device that keeps passkeys, which Chromium simulates. It verifies the person without asking.</summary>
internal sealed class VirtualAuthenticator
{
    private readonly ICDPSession _session;

    private readonly string _id;

    private VirtualAuthenticator(ICDPSession session, string id) => (_session, _id) = (session, id);

    public static async Task<VirtualAuthenticator> AddAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new(StringComparer.Ordinal)
        {
            ["options"] = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new VirtualAuthenticator(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>The passkeys that the device keeps.</summary>
    public async Task<JsonElement[]> PasskeysAsync() =>
        [.. (await SendAsync("WebAuthn.getCredentials"))!.Value.GetProperty("credentials").EnumerateArray()];

    /// <summary>Has the device refuse to verify the person, or verify them again.</summary>
    public Task VerifiesAsync(bool isVerified) => SendAsync("WebAuthn.setUserVerified", ("isUserVerified", isVerified));

    /// <summary>Has the device wait for the person, who does nothing, or answer by itself again.</summary>
    public Task AnswersAsync(bool answers) =>
        SendAsync("WebAuthn.setAutomaticPresenceSimulation", ("enabled", answers));

    public Task RemoveAsync() => SendAsync("WebAuthn.removeVirtualAuthenticator");

    private Task<JsonElement?> SendAsync(string method, params (string Name, object Value)[] arguments) =>
        _session.SendAsync(
            method,
            arguments.Append(("authenticatorId", _id)).ToDictionary(
                argument => argument.Item1, argument => argument.Item2, StringComparer.Ordinal));
}
