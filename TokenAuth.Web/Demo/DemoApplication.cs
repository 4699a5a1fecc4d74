using TokenAuth.Kernel.Applications;

namespace TokenAuth.Demo;

/// <summary>The key and the secret of the demo application.</summary>
internal sealed record DemoKeys(string ApiKey, string Secret);

/// <summary>Registers the demo application when somebody first opens <c>/demo</c>.</summary>
internal sealed class DemoApplication(ApplicationAdministration applications, ApplicationDirectory directory)
{
    private const string Name = "Demo walk";

    /// <summary>Returns the application, whose callback is at this origin.</summary>
    public async Task<DemoKeys> FindAsync(string origin, CancellationToken cancellation)
    {
        var callback = $"{origin}{DemoFeature.Path}/callback";
        var found = (await applications.ListAsync(cancellation)).FirstOrDefault(known => known.Name == Name);
        if (found is null)
        {
            (found, _) = await applications.AddAsync(
                new NewApplication(Name, ApplicationKind.Web, callback, [], [], Quota: null, Nonproduction: false),
                cancellation);
        }
        else if (found.Callback != callback)
        {
            await applications.ChangeAsync(
                found.ApiKey, new ApplicationChange(Callback: callback), cancellation);
        }

        return new DemoKeys(found.ApiKey, directory.SecretsOf(found)[0]);
    }
}
