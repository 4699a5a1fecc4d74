using TokenAuth.Kernel.Configuration;

namespace TokenAuth.Tests.Kernel.Configuration;

public sealed class SecretSettingTests
{
    [Theory]
    [InlineData("TokenAuth:Mail:Password", "hunter2", "(hidden)")]
    [InlineData("TokenAuth:Mail:PASSWORD", "hunter2", "(hidden)")]
    [InlineData("TokenAuth:Any:ClientSecret", "hunter2", "(hidden)")]
    [InlineData("ConnectionStrings:Other", "Server=db;Pwd=hunter2", "server=db;pwd=(hidden)")]
    [InlineData("ConnectionStrings:TokenAuth", "hunter2", "(hidden)")]
    [InlineData("TokenAuth:Any:Url", "smtp://me:hunter2@mail:587/x", "smtp://(hidden)@mail:587/x")]
    [InlineData("urls", "http://a:hunter2@b;https://c:hunter2@d", "http://(hidden)@b;https://(hidden)@d")]
    [InlineData("TokenAuth:Any:Url", "http://me:hun@ter2@mail", "http://(hidden)@mail")]
    [InlineData("TokenAuth:Any:Url", "https://example.test/a@b", "https://example.test/a@b")]
    [InlineData("Kestrel:Certificates:Default:KeyPath", "/etc/key.pem", "/etc/key.pem")]
    [InlineData("TokenAuth:MediaPost:TokenLifetime", "00:15:00", "00:15:00")]
    [InlineData("TokenAuth:KeyRing:WrappingKey", null, null)]
    [InlineData("TokenAuth:Any:Password", "", "")]
    public void Secrets_are_hidden_by_name_and_in_addresses(string name, string? value, string? shown) =>
        Assert.Equal(shown, SecretSettings.Shown(name, value));
}
