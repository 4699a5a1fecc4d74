namespace TokenAuth.Kernel.Applications;

/// <summary>
/// The applications that a developer may try methods with and look into signatures of: their own. In Development, the
/// demo applications are everybody's.
/// </summary>
internal sealed class DeveloperApplications(
    OwnedApplications owned, ApplicationAdministration applications, IHostEnvironment environment)
{
    /// <summary>The beginning of the names of the demo applications, which nobody owns.</summary>
    private const string Demo = "Demo ";

    /// <summary>Lists the enabled applications that sign their calls, in the order of their registration.</summary>
    public async Task<IReadOnlyList<Application>> ListAsync(long accountId, CancellationToken cancellation)
    {
        var own = await owned.ListAsync(accountId, cancellation);
        if (environment.IsDevelopment())
        {
            own =
            [
                .. own,
                .. (await applications.ListAsync(cancellation)).Where(
                    one => one.OwnerId is null && one.Name.StartsWith(Demo, StringComparison.Ordinal)),
            ];
        }

        return
        [
            .. own.Where(one => one is { Enabled: true, Kind: ApplicationKind.Web or ApplicationKind.Desktop }),
        ];
    }
}
