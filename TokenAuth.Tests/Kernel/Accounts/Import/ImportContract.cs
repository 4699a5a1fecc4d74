using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using TokenAuth.Commands.Import;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Hashes;
using TokenAuth.Kernel.Accounts.Import;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Faults;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Storage;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Accounts.Hashes;
using TokenAuth.Tests.Kernel.Storage;

namespace TokenAuth.Tests.Kernel.Accounts.Import;

public abstract class ImportContract<TEngine> : StoreContract<TEngine>
    where TEngine : StoreEngine, new()
{
    private static readonly string[] Columns =
    [
        "display_name", "state", "is_admin", "created_at", "last_session_number", "normalized_user_name", "email",
        "normalized_email", "email_confirmed", "phone_number", "phone_number_confirmed", "two_factor_enabled",
        "lockout_end", "lockout_enabled", "access_failed_count",
    ];

    /// <summary>Every vector has an account, and every account's password is replaced by the slow hash.</summary>
    [Fact]
    public async Task An_imported_password_signs_in_and_its_hash_is_replaced_once()
    {
        var vectors = HashVector.All;
        var batch = await ImportAsync([.. vectors.Select((vector, i) => Line(i, $"v{i}") with
        {
            Hash = vector.Hash,
            Scheme = vector.Scheme,
            Salt = vector.Salt,
        })]);
        Assert.Equal(
            (vectors.Count, vectors.Count(vector => vector.Weak), 0, 0),
            (batch.Added, batch.Wrapped, batch.Skipped, batch.Refused.Count));

        for (var i = 0; i < vectors.Count; i++)
        {
            Assert.StartsWith("import:", await HashAsync($"v{i}"), StringComparison.Ordinal);
            Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync(i, $"{vectors[i].Password[1..]}.")).Fault?.Kind);
            Assert.StartsWith("import:", await HashAsync($"v{i}"), StringComparison.Ordinal);
            var signedIn = await CheckAsync(i, vectors[i].Password);
            Assert.True(signedIn.Value is not null, vectors[i].ToString());
            Assert.False(ImportedHash.Is((await HashAsync($"v{i}"))!));
        }

        var renewed = await HashAsync("v0");
        Assert.NotNull((await CheckAsync(0, vectors[0].Password)).Value);
        Assert.Equal(renewed, await HashAsync("v0"));
    }

    [Fact]
    public async Task A_row_is_as_sign_up_writes_it()
    {
        await ImportAsync(new ImportLine(1) { Login = "Carol", Email = "carol@example.test" });
        await Node.WithAsync<AccountAdministration, (Account?, IReadOnlyList<InputError>)>(accounts =>
            accounts.AddAsync(new NewAccount("Dora", "dora@example.test", null, StoreFixture.Password), default));

        var (carol, dora) = (await RowAsync("CAROL"), await RowAsync("DORA"));
        Assert.Equal(
            dora.Replace("dora", "carol", StringComparison.OrdinalIgnoreCase),
            carol, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync("carol", "")).Fault?.Kind);
        Assert.Equal(FaultKind.CredentialsWrong, (await CheckAsync("carol", StoreFixture.Password)).Fault?.Kind);
    }

    [Fact]
    public async Task Every_field_of_a_line_arrives()
    {
        await ImportAsync(new ImportLine(1)
        {
            Login = "Carol",
            Email = " carol@example.test ",
            Name = " Carol Ångström ",
            State = "Memorial",
            Created = "2009-06-30T14:00:00+02:00",
        });

        var row = await RowAsync("CAROL");
        Assert.Contains("display_name=Carol Ångström;state=4;", row, StringComparison.Ordinal);
        Assert.Contains(";created_at=1246363200000;", row, StringComparison.Ordinal);
        Assert.Contains(";email=carol@example.test;", row, StringComparison.Ordinal);
        var happened = Assert.Single(
            await Node.Get<SecurityEvents>().ListAsync(null, null, null, 100, default),
            happened => happened.Login == "Carol");
        Assert.Equal(("account_created", "import"), (happened.Kind, happened.Detail));
    }

    [Fact]
    public async Task A_suspended_account_comes_in_suspended()
    {
        await ImportAsync(Line(1, "carol") with { Hash = Md5Of999999, Scheme = "md5", State = "suspended" });

        Assert.Equal(FaultKind.AccountClosed, (await CheckAsync("carol", "999999")).Fault?.Kind);
    }

    [Theory]
    [InlineData("2009-06-30", 1246320000L)]
    [InlineData("2009-06-30 12:00:00", 1246363200L)]
    [InlineData("2009-06-30 14:00:00+02", 1246363200L)]
    [InlineData("2009-06-30T12:00:00.000Z", 1246363200L)]
    [InlineData("1246363200", 1246363200L)]
    [InlineData("0", 0L)]
    [InlineData("0000-00-00 00:00:00", null)]
    [InlineData("-1", null)]
    [InlineData("30/06/2009", null)]
    [InlineData("2100-01-01", null)]
    [InlineData("99999999999999", null)]
    public async Task The_time_of_creation_is_ISO_8601_or_Unix_seconds_and_never_in_the_future(
        string created, long? seconds)
    {
        var batch = await ImportAsync(Line(1, "carol") with { Created = created });

        Assert.Equal(seconds is null ? 0 : 1, batch.Added);
        if (seconds is not null)
            Assert.Contains($"created_at={seconds * 1000};", await RowAsync("CAROL"), StringComparison.Ordinal);
        else
            Assert.Contains("created", Assert.Single(batch.Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_collides_is_refused_with_a_free_one()
    {
        var batch = await ImportAsync(
            Line(1, "alice"), Line(2, "bob-2"), Line(3, "Jürgen  Groß!"), Line(4, "дора"), Line(5, "bob_2") with
            {
                Email = "BOB_2@example.test",
            },
            Line(6, "carol"), Line(7, "CAROL"), Line(8, ""));

        Assert.Equal((1, 1), (batch.Added, batch.Skipped));
        Assert.Equal(
            [
                "1 the login name alice belongs to an account with another e-mail address; free is alice_2",
                "2 a login name has 1 to 25 letters, digits or underscores; free is bob_2_2",
                "3 a login name has 1 to 25 letters, digits or underscores; free is Jurgen_Gro",
                "4 a login name has 1 to 25 letters, digits or underscores; free is member",
                "7 the login name CAROL came before in this file; free is CAROL_2",
                "8 the login name is missing",
            ],
            batch.Refused.Select(line => $"{line.Number} {line.Reason}"),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_name_that_comes_twice_in_a_file_is_found_in_a_later_batch()
    {
        foreach (var dryRun in new[] { true, false })
        {
            var import = Node.Get<AccountImport>();
            Assert.Equal(1, (await import.AddAsync([Line(1, "carol")], dryRun, hasStore: true, default)).Added);
            var later = await import.AddAsync([Line(2, "Carol")], dryRun, hasStore: true, default);
            Assert.Equal((0, 0, 1), (later.Added, later.Skipped, later.Refused.Count));
        }

        Assert.Single((await ImportAsync(Line(1, "carol") with { Email = "carol@example.test" })).Refused);
    }

    [Fact]
    public async Task Of_two_imports_at_once_each_account_is_in_once()
    {
        ImportLine[] lines = [.. Enumerable.Range(0, 300).Select(i => Line(i, $"u{i}"))];
        async Task<ImportedBatch> HalfAsync(StoreNode node)
        {
            var (import, added, skipped) = (node.Get<AccountImport>(), 0, 0);
            List<RefusedLine> refused = [];
            foreach (var chunk in lines.Chunk(60))
            {
                var batch = await import.AddAsync(chunk, dryRun: false, hasStore: true, default);
                (added, skipped) = (added + batch.Added, skipped + batch.Skipped);
                refused.AddRange(batch.Refused);
            }

            return new ImportedBatch(added, 0, 0, skipped, refused);
        }

        var halves = await Task.WhenAll(Task.Run(() => HalfAsync(Node)), Task.Run(() => HalfAsync(Other)));

        Assert.Equal(300, halves.Sum(half => half.Added));
        Assert.All(halves, half => Assert.Equal(300, half.Added + half.Skipped + half.Refused.Count));
        Assert.Equal(302, await Node.CountAsync("accounts"));
    }

    /// <summary>
    /// Whatever a file holds and wherever a run is stopped, runs until the end have the effect of one.
    /// </summary>
    [Fact]
    public async Task A_run_that_is_stopped_and_repeated_imports_what_one_run_would()
    {
        var before = await Node.CountAsync("accounts");
        var round = 0;
        await Gen.Select(AnyFile, Gen.Int[0, 3]).HoldsAsync(8, async example =>
        {
            var (lines, stopAfter) = example;
            var text = string.Join('\n', lines).Replace("{round}", $"{round}", StringComparison.Ordinal);
            round++;
            var events = await Node.CountAsync("security_events");
            var dry = await RunAsync(text, dryRun: true);
            Assert.Equal(
                (before, events), (await Node.CountAsync("accounts"), await Node.CountAsync("security_events")));

            var first = await RunAsync(text, stopAfter: stopAfter);
            Assert.Equal(before + first.Added, await Node.CountAsync("accounts"));
            var second = await RunAsync(text);
            var third = await RunAsync(text);

            Assert.Equal(dry.Added, first.Added + second.Added);
            Assert.Equal(0, third.Added);
            Assert.Equal(dry.Lines, third.Lines);
            Assert.Equal(before + dry.Added, await Node.CountAsync("accounts"));
            Assert.Equal(events + dry.Added, await Node.CountAsync("security_events"));
            before += dry.Added;
        });
    }

    private const string Md5Of999999 = "52c69e3a57331081823331c4e69d3f2e";

    /// <summary>Good lines, of which some have a weak hash, among lines of every kind of junk.</summary>
    private static Gen<string[]> AnyFile { get; } = Gen.Frequency(
        (8, Gen.Int[0, 80].Select(i => Json($"r{{round}}_{i}", i % 9 == 0 ? Md5Of999999 : null))),
        (1, Gens.AnyText(20).Select(text => Json(text, null))),
        (1, Gens.AnyText(20).Select(text => text.ReplaceLineEndings("")))).Array[150]
        .Select(lines => lines.Prepend(Json("r{round}_first", null)).ToArray());

    private static string Json(string login, string? hash) => JsonSerializer.Serialize(
        new { login, email = "someone@example.test", hash, scheme = hash is null ? null : "md5" });

    private static ImportLine Line(long number, string login) =>
        new(number) { Login = login, Email = "someone@example.test" };

    private Task<ImportedBatch> ImportAsync(params ImportLine[] lines) =>
        Node.Get<AccountImport>().AddAsync(lines, dryRun: false, hasStore: true, default);

    private async Task<ImportReport> RunAsync(string file, bool dryRun = false, int stopAfter = int.MaxValue)
    {
        using var stopping = new CancellationTokenSource();
        var report = new ImportReport(output: null, _ => { });
        var batches = 0;
        var run = new ImportRun(Node.Get<AccountImport>(), report, Clock, (_, _) =>
        {
            if (++batches > stopAfter)
                stopping.Cancel();
        });
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        await run.RunAsync(await ImportFile.OpenAsync(stream, default), dryRun, hasStore: true, stopping.Token);
        return report;
    }

    private Task<Outcome<FoundAccount>> CheckAsync(int index, string password) => CheckAsync(
        $"v{index}", password, new IPAddress([192, 0, 2, (byte)index]));

    private Task<Outcome<FoundAccount>> CheckAsync(string login, string password, IPAddress? from = null) =>
        Node.Get<PasswordCheck>().CheckAsync(login, password, new SignInCaller(from ?? Home, "browser"), default);

    private async Task<string?> HashAsync(string login) => await Other.Get<AccountDirectory>().PasswordHashAsync(
        (await Other.Get<AccountDirectory>().FindAsync(login, default))!.Id, default);

    private async Task<string> RowAsync(string login) => (await Node.Store.ReadAsync(
        connection => connection.FirstAsync(
            $"SELECT {string.Join(", ", Columns)} FROM accounts WHERE normalized_user_name = @name",
            row => string.Join(';', Columns.Select((column, i) => $"{column}={Text(row, i)}")),
            ("@name", login))))!;

    private static string? Text(RowReader row, int column)
    {
        if (row.IsNull(column))
            return null;
        return Columns[column].Contains("name", StringComparison.Ordinal)
            || Columns[column].EndsWith("email", StringComparison.Ordinal)
            ? row.GetString(column)
            : Columns[column].StartsWith("is_", StringComparison.Ordinal)
            || Columns[column].EndsWith("ed", StringComparison.Ordinal)
            ? row.GetBoolean(column).ToString()
            : row.GetInt64(column).ToString(CultureInfo.InvariantCulture);
    }
}
