using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Reference;

/// <summary>A server on which Alice owns two applications, and Bob one.</summary>
internal static class ReferenceWorld
{
    public static async Task<TestWorld> StartAsync(params string[] settings)
    {
        var world = await TestWorld.StartAsync(settings);
        await world.ChangeStoreAsync(
            $"UPDATE applications SET owner_id = {world.Alice.Id}, namespaces = 'mywiki' "
            + $"WHERE id IN ({world.Gallery.Id}, {world.Uploader.Id})");
        await world.ChangeStoreAsync(
            $"UPDATE applications SET owner_id = {world.Bob.Id} WHERE id = {world.Draft.Id}");
        return world;
    }

    /// <summary>Sends the form of a method as it is shown, with some fields changed.</summary>
    public static async Task<FormPage> TryAsync(
        this FormBrowser browser, TestWorld world, string path, params (string Name, string Value)[] changed)
    {
        var form = await browser.GetAsync(path);
        var fields = form.Fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
        foreach (var (name, value) in changed)
            fields[name] = value;
        // The limit of trials has a window of ten minutes.
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        return await browser.PostAsync(path, [.. fields.Select(field => (field.Key, field.Value))]);
    }
}
