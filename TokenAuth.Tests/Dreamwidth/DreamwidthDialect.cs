using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Dreamwidth;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Dreamwidth;

internal static class DreamwidthDialect
{
    public static readonly TestDialect Tested = new(
        new DreamwidthFeature(),
        "/interface/flat",
        [
            new(
                "dreamwidth",
                fault => (
                    DreamwidthFaults.Of(fault).Code?.ToString() ?? "Client", DreamwidthFaults.Of(fault).Message)),
        ],
        (_, _) => null,
        async (world, _) =>
        {
            var key = await world.Server.Services.GetRequiredService<AccountKeys>().AddAsync(
                world.Alice.Id, "script", null, default);
            var answer = await EverySession.PostAsync(
                world, "/interface/flat", ("mode", "sessiongenerate"), ("user", "alice"), ("password", key));
            return [(DreamwidthFeature.Dialect, answer.Split('\n')[1])];
        });
}
