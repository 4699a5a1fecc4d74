using TokenAuth.Tests.World;

namespace TokenAuth.Tests.MediaPost;

/// <summary>A session of an application, and its calls with that session.</summary>
/// <param name="Secret">Desktop applications only.</param>
internal sealed record Granted(App Application, string Key, string Uid, long Expires, string? Secret)
{
    public MediaPostCall Call(string method, params (string Name, string Value)[] parameters) =>
        new(Application, method, [("session_key", Key), .. parameters]) { Secret = Secret ?? Application.Secret };
}
