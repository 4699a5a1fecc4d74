using System.Diagnostics.CodeAnalysis;
using System.Net;
using TokenAuth.Kernel.Formats;

namespace TokenAuth.Kernel.Configuration;

internal sealed class UpstreamOptions
{
    /// <summary>
    /// The issuer of the OpenID Connect provider through which people may sign in, exactly as its metadata writes it.
    /// Null means that there is none.
    /// </summary>
    public string? Issuer { get; set; }

    public string? ClientId { get; set; }

    /// <summary>The secret that the provider gave; null if it knows this server as a public client.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The provider's name on buttons. Without one it is the host of the issuer.</summary>
    public string? Name { get; set; }

    /// <summary>The scopes to ask for, separated by blanks.</summary>
    public string Scopes { get; set; } = "openid profile email";

    /// <summary>Tells whether people may sign in through a provider. Only public properties are options.</summary>
    [MemberNotNullWhen(true, nameof(Issuer), nameof(ClientId), nameof(Name))]
    internal bool IsOn => Issuer is not null && ClientId is not null && Name is not null;
}

/// <summary>Checks the options of the upstream provider.</summary>
internal static class UpstreamSettings
{
    private const string Section = "TokenAuth:Upstream";

    private const int MaxNameLength = 60;

    /// <summary>Checks the options, and names the provider after its host if it has no name.</summary>
    /// <exception cref="SettingsException">An option is wrong. The message has no secret.</exception>
    public static void Check(UpstreamOptions upstream)
    {
        if (upstream.Issuer is null)
        {
            if ((upstream.ClientId ?? upstream.ClientSecret ?? upstream.Name) is not null)
            {
                throw new SettingsException(
                    $"{Section}:{(upstream.ClientId is not null ? "ClientId"
                        : upstream.ClientSecret is not null ? "ClientSecret" : "Name")}",
                    $"has no meaning without {Section}:Issuer");
            }

            return;
        }

        if (WebAddress.Read(upstream.Issuer) is not { } issuer
            || upstream.Issuer.AsSpan().ContainsAny('?', '#')
            || !(issuer.Scheme == Uri.UriSchemeHttps || IsLoopback(issuer)))
        {
            throw new SettingsException(
                $"{Section}:Issuer",
                "is not https without query, such as https://id.example.org (http works for this machine only)");
        }

        if (string.IsNullOrWhiteSpace(upstream.ClientId) || !OneLine.Is(upstream.ClientId))
            throw new SettingsException($"{Section}:ClientId", "is missing: the provider gives it");
        upstream.Name ??= WebAddress.HostOf(issuer);
        if (string.IsNullOrWhiteSpace(upstream.Name)
            || upstream.Name.Length > MaxNameLength
            || !OneLine.Is(upstream.Name))
        {
            throw new SettingsException($"{Section}:Name", $"is not a line of 1 to {MaxNameLength} characters");
        }

        if (!upstream.Scopes.Split(' ').Contains("openid", StringComparer.Ordinal) || !OneLine.Is(upstream.Scopes))
            throw new SettingsException($"{Section}:Scopes", "does not contain openid");
    }

    /// <summary>Checks whether an address is on this machine.</summary>
    public static bool IsLoopback(Uri address) =>
        address.Host == "localhost"
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
