using TokenAuth.Tests.Introspection;
using TokenAuth.Tests.World;
using TokenAuth.Wetpaint;

namespace TokenAuth.Tests.Wetpaint;

internal static class WetpaintDialect
{
    public static readonly TestDialect Tested = new(
        new WetpaintFeature(),
        "/UserService/login.do",
        [
            new(
                "wetpaint",
                fault => (WetpaintFaults.Of(fault).Cause, string.Join("; ", WetpaintFaults.Of(fault).Messages))),
        ],
        (_, wiki) => wiki,
        async (world, wiki) => [(WetpaintFeature.Dialect, await EverySession.TicketAsync(world, wiki, "bob b."))]);
}
