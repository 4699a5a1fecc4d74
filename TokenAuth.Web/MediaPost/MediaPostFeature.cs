using TokenAuth.Kernel.Calls;
using TokenAuth.Kernel.Calls.Methods;
using TokenAuth.Kernel.Calls.Signatures;
using TokenAuth.Kernel.Configuration;

namespace TokenAuth.MediaPost;

/// <summary>
/// The MediaPost dialect: a Facebook-style createToken / getSession handshake, signed with MD5. Owns
/// <c>/api.php</c>, <c>/restserver.php</c> and the pages <c>/login.php</c> and <c>/code_gen.php</c>.
/// Source: docs/dialects/mediapost.md.
/// </summary>
internal sealed class MediaPostFeature : IDialect
{
    /// <summary>The dialect's name in the store, in metrics and on the account page.</summary>
    public const string Dialect = "mediapost";

    public string Name => Dialect;

    public string Section => "MediaPost";

    public ISigningScheme? Signing { get; } = new MediaPostSigning();

    public IMethodReference? Reference { get; } = new MediaPostReference();

    public void Add(IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddFeatureOptions<MediaPostOptions>(configuration, Section);
        if (options.TokenLifetime <= TimeSpan.Zero || options.TokenLifetime > TimeSpan.FromDays(1))
            throw new SettingsException("TokenAuth:MediaPost:TokenLifetime", "is not between a moment and a day");
        services.AddSingleton<MediaPostMethods>();
        services.AddSingleton<ITrialSignIn, MediaPostTrial>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in new[] { ApiPath.Native, ApiPath.RestServer })
            routes.MapEndpoint<MediaPostEndpoint>(path.Path, EndpointMapping.GetAndPost, path);
    }
}

internal sealed class MediaPostOptions
{
    /// <summary>
    /// Lets desktop applications get sessions and secrets over http, for old clients on loopback or behind a TLS
    /// terminator.
    /// </summary>
    public bool AllowDesktopSessionOverHttp { get; set; }

    /// <summary>How long a token of createToken or a code can be confirmed and exchanged.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(15);
}
