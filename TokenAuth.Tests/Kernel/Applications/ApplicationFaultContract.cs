using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Operations;
using TokenAuth.Kernel.Telemetry;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Applications;

/// <summary>The last faults of an application, and its counts.</summary>
public abstract class ApplicationFaultContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly ApplicationFault Wrong =
        new("ipernity", "auth.getToken", "105", FaultKind.SignatureWrong, "api_sig");

    private ApplicationFaults Faults => Node.Get<ApplicationFaults>();

    [Fact]
    public async Task Equal_faults_share_a_row_until_they_are_written()
    {
        Faults.Note(Fixture.Gallery.Id, isProven: true, Wrong);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Faults.Note(Fixture.Gallery.Id, isProven: true, Wrong);
        Faults.Note(Fixture.Gallery.Id, isProven: true, Wrong with { Method = null, Parameter = null });
        await Faults.FlushAsync(default);
        Faults.Note(Fixture.Gallery.Id, isProven: true, Wrong);
        await Faults.FlushAsync(default);

        var rows = await ListAsync(isProven: true);

        Assert.Equal([1, 1, 2], rows.Select(row => row.Count));
        Assert.Equal(
            ("ipernity", "auth.getToken", "105", "signature_wrong", "api_sig", Clock.GetUtcNow()),
            (rows[^1].Dialect, rows[^1].Method, rows[^1].Number, rows[^1].Kind, rows[^1].Parameter, rows[^1].OccurredAt));
        Assert.Empty(await ListAsync(isProven: false));
    }

    [Fact]
    public async Task Strangers_cannot_remove_the_faults_that_the_application_has_proven()
    {
        Faults.Note(Fixture.Gallery.Id, isProven: true, Wrong);
        for (var i = 0; i < 300; i++)
            Faults.Note(Fixture.Gallery.Id, isProven: false, Wrong with { Number = $"{i}" });
        Faults.Note(Fixture.Uploader.Id, isProven: false, Wrong);

        await Faults.FlushAsync(default);

        Assert.Single(await ListAsync(isProven: true));
        Assert.Equal(ApplicationFaults.MaxRows, (await ListAsync(isProven: false)).Count);
        Assert.Equal(1 + ApplicationFaults.MaxRows + 1, await Node.CountAsync("application_faults"));
    }

    [Fact]
    public async Task Equal_unproven_faults_share_a_row_for_an_hour_on_all_nodes()
    {
        foreach (var node in new[] { Node, Other, Node })
        {
            node.Get<ApplicationFaults>().Note(Fixture.Gallery.Id, isProven: false, Wrong with { Parameter = null });
            await node.Get<ApplicationFaults>().FlushAsync(default);
        }

        Assert.Equal([3], (await ListAsync(isProven: false)).Select(row => row.Count));
        Clock.Advance(TimeSpan.FromHours(2));
        Faults.Note(Fixture.Gallery.Id, isProven: false, Wrong with { Parameter = null });
        await Faults.FlushAsync(default);
        Assert.Equal([1, 3], (await ListAsync(isProven: false)).Select(row => row.Count));
    }

    [Fact]
    public async Task Memory_is_bounded()
    {
        for (var i = 0; i < 6000; i++)
            Faults.Note(i, isProven: false, Wrong);

        Assert.Equal(5000, Faults.Waiting);
        await Faults.FlushAsync(default);
        Assert.Equal(0, Faults.Waiting);
    }

    [Fact]
    public async Task Counts_of_all_nodes_are_added_and_the_sweep_deletes_what_is_old()
    {
        foreach (var node in new[] { Node, Other })
        {
            var counts = node.Get<HourlyCounts>();
            counts.Add(Fixture.Gallery.Id, "ipernity", "call");
            counts.Add(Fixture.Gallery.Id, "ipernity", "fault 105");
            counts.Add(Fixture.Uploader.Id, "ipernity", "call");
            await node.Get<HourlyCountStore>().FlushAsync(default);
        }

        Faults.Note(Fixture.Gallery.Id, isProven: true, Wrong);
        await Faults.FlushAsync(default);
        var listed = await Node.Get<HourlyCountStore>().ListAsync(
            Fixture.Gallery.Id, Clock.GetUtcNow() - TimeSpan.FromHours(1), default);
        Assert.Equal([("call", 2L), ("fault 105", 2L)], listed.Select(count => (count.Kind, count.Count)));

        Clock.Advance(HourlyCountStore.Retention + TimeSpan.FromHours(1));
        await Node.Get<ExpirySweep>().SweepAsync(default);

        Assert.Equal((0, 0), (await Node.CountAsync("application_counts"), await Node.CountAsync("application_faults")));
    }

    [Fact]
    public async Task Deleting_an_application_deletes_its_faults_counts_and_logo()
    {
        Node.Get<HourlyCounts>().Add(Fixture.Gallery.Id, "ipernity", "call");
        await Node.Get<HourlyCountStore>().FlushAsync(default);
        Faults.Note(Fixture.Gallery.Id, isProven: true, Wrong);
        await Faults.FlushAsync(default);
        await Node.Get<ApplicationLogos>().SetAsync(Fixture.Gallery.ApiKey, "GIF89a."u8.ToArray(), default, default);

        await Node.Get<ApplicationDeletion>().DeleteAsync(Fixture.Gallery.ApiKey, (_, _) => { }, default);

        Assert.Equal(
            (0, 0, 0),
            (await Node.CountAsync("application_counts"), await Node.CountAsync("application_faults"),
                await Node.CountAsync("application_logos")));
    }

    private Task<IReadOnlyList<ApplicationFaultRow>> ListAsync(bool isProven) =>
        Other.Get<ApplicationFaults>().ListAsync(Fixture.Gallery.Id, isProven, 1000, default);
}
