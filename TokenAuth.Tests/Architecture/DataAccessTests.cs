using Mono.Cecil;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Tests.Architecture;

/// <summary>The three ways to the store, and who uses which (docs/adr/0016-three-ways-to-the-store.md).</summary>
public sealed class DataAccessTests
{
    private static readonly string[] EntityFramework =
    [
        "Microsoft.AspNetCore.Identity.EntityFrameworkCore", "Microsoft.EntityFrameworkCore",
        "Npgsql.EntityFrameworkCore",
    ];

    [Fact]
    public void Only_schema_migrations_and_Identity_use_EF_Core() => AssertNames(
        [
            "Kernel.Accounts.AccountAdministration", // Identity
            "Kernel.Hosting.StoreServices",
            "Kernel.Operations.SqliteToPostgreSqlCopy", // the list of tables
            "Kernel.Schema.AuthDb",
            "Kernel.Schema.PostgreSqlAuthDb",
            "Kernel.Schema.SnakeCase",
            "Kernel.Schema.SqliteAuthDb",
            "Kernel.Schema.StoreSchemas",
            "Kernel.Storage.PostgreSql.PostgreSqlStore",
            "Kernel.Storage.Sqlite.SqlitePragmas",
            "Kernel.Storage.Sqlite.SqliteStore",
            "Kernel.Storage.Store",
            "Kernel.Storage.StoreSchema`1",
        ],
        UsersOf(type => IsIn(type, EntityFramework)));

    [Fact]
    public void Only_one_class_uses_Dapper() => AssertNames(
        ["Kernel.Storage.StoreQueries"], UsersOf(type => IsIn(type, "Dapper")));

    /// <summary>None of these methods is on the way of a call, a sign-in or the start.</summary>
    [Fact]
    public void Only_reads_of_pages_and_commands_use_Dapper() => AssertNames(
        [
            "Kernel.Accounts.AccountDirectory.HasPasswordOfAsync",
            "Kernel.Accounts.AccountKeys.ListAsync",
            "Kernel.Accounts.AccountListing.FindAsync",
            "Kernel.Accounts.AccountListing.ListAsync",
            "Kernel.Accounts.AccountProfiles.FindAsync",
            "Kernel.Accounts.AccountSearch.FindAsync",
            "Kernel.Accounts.AccountSearch.ListAsync",
            "Kernel.Accounts.Administrators.IncludesAsync",
            "Kernel.Accounts.Administrators.ProvedAtAsync",
            "Kernel.Accounts.ApplicationOwners.OffersAsync",
            "Kernel.Accounts.Messages.EmailConfirmations.FindAsync",
            "Kernel.Accounts.PasswordResets.AccountOfAsync",
            "Kernel.Applications.ApplicationAdministration.FindAsync",
            "Kernel.Applications.ApplicationAdministration.ListAsync",
            "Kernel.Applications.ApplicationDeletion.HighestAsync",
            "Kernel.Applications.ApplicationFaults.ListAsync",
            "Kernel.Events.EventSearch.BoundsAsync",
            "Kernel.Events.EventSearch.ReadAsync",
            "Kernel.Events.SecurityEvents.ListAsync",
            "Kernel.Mail.MailQueue.ListAsync",
            "Kernel.Operations.AccountExport.SessionsAsync",
            "Kernel.Operations.HourlyCountStore.DialectsAsync",
            "Kernel.Operations.HourlyCountStore.ListAsync",
            "Kernel.Operations.MaintenanceLog.ListAsync",
            "Kernel.Operations.StoreState.CountAsync",
            "Kernel.Operations.StoreState.DescribeAsync",
            "Kernel.Operations.StoreState.NodesAsync",
            "Kernel.Pages.FreshProof.IsFreshAsync",
            "Kernel.Pages.PageLanguages.ReadAsync",
            "Kernel.Sessions.AccountApplications.ConsentsAsync",
            "Kernel.Sessions.AccountApplications.UsesAsync",
            "Kernel.Sessions.AccountSessions.ListAsync",
            "Kernel.Sessions.ConsentStore.AllowedAsync",
            "Kernel.Sessions.ConsentingAccounts.CountAsync",
            "Kernel.Sessions.ConsentingAccounts.ListAsync",
            "Kernel.Sessions.SessionListing.EndOfPageAsync",
            "Kernel.Sessions.SessionListing.ListAsync",
        ],
        from type in Layers.Types
        where Outermost(type).FullName != typeof(StoreQueries).FullName
        from method in type.Methods
        where References.Of(method).Any(used => used.DeclaringType?.FullName == typeof(StoreQueries).FullName)
        select $"{NameOf(type)}.{SourceNameOf(method)}");

    [Fact]
    public void Only_two_features_have_statements_of_their_own() => AssertNames(
        [
            "OpenId.CodeGuesses",
            "OpenId.OpenRequestLimit",
            "OpenId.PersonClaims",
            "OpenId.SignInTime",
            "OpenId.SigningKeys",
            "OpenId.TokenSessions",
            "OpenId.TokenStore",
            "Wetpaint.UserRegistry",
        ],
        UsersOf(type => type.FullName == typeof(StoreConnection).FullName).Where(
            name => !name.StartsWith(Layers.Kernel, StringComparison.Ordinal)));

    private static void AssertNames(string[] expected, IEnumerable<string> names) => Assert.Equal(
        expected,
        names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        StringComparer.Ordinal);

    private static IEnumerable<string> UsersOf(Func<TypeReference, bool> isUsed) =>
        Layers.Types.Where(type => References.Of(type).Any(isUsed)).Select(NameOf);

    private static bool IsIn(TypeReference type, params string[] namespaces) => Array.Exists(
        namespaces, name => $"{Outermost(type).Namespace}.".StartsWith($"{name}.", StringComparison.Ordinal));

    private static string NameOf(TypeReference type) => Outermost(type).FullName["TokenAuth.".Length..];

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>The compiler moves an asynchronous method's code to a nested type with its name in brackets.</summary>
    private static string SourceNameOf(MethodDefinition method) =>
        method.DeclaringType.Name.Split('<', '>') is [_, { Length: > 0 } name, ..] ? name : method.Name;
}
