using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Operations;
using TokenAuth.Tests.Architecture;
using TokenAuth.Tests.World;

namespace TokenAuth.Tests.Documentation;

/// <summary>docs/account-data.md describes every member of a download.</summary>
public sealed partial class AccountDataTests
{
    [Fact]
    public async Task The_page_describes_every_member_of_the_file()
    {
        await using var world = await TestWorld.StartAsync();
        var services = world.Server.Services;
        await services.GetRequiredService<AccountKeys>().AddAsync(world.Alice.Id, "Laptop", from: null, default);
        using var output = new StringWriter();
        await services.GetRequiredService<AccountExport>().WriteAsync(world.Alice.Id, output, default);
        var data = JsonDocument.Parse(output.ToString()).RootElement;
        var members = data.EnumerateObject()
            .Concat(data.GetProperty("account").EnumerateObject())
            .Concat(data.GetProperty("keys")[0].EnumerateObject())
            .Concat(data.GetProperty("events")[0].EnumerateObject())
            .Select(member => member.Name);

        var page = await File.ReadAllTextAsync(
            Path.Combine(SourceTree.Root.FullName, "docs", "account-data.md"), TestContext.Current.CancellationToken);
        var described = Member().Matches(page).Select(match => match.Groups["name"].Value).ToHashSet(
            StringComparer.Ordinal);

        Assert.Empty(members.Except(described, StringComparer.Ordinal));
    }

    [GeneratedRegex("`(?<name>[a-zA-Z]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Member();
}
