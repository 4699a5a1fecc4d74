using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Accounts.Factors;
using TokenAuth.Kernel.Accounts.Identities;
using TokenAuth.Kernel.Applications;
using TokenAuth.Kernel.DataProtection;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Sessions;
using TokenAuth.Kernel.Storage;
using TokenAuth.Kernel.Telemetry;

namespace TokenAuth.Kernel.Schema;

/// <summary>
/// The schema for both engines: tables and columns in snake_case, instants as Unix milliseconds in UTC.
/// The folder <c>Schema</c> owns EF Core's model of every table, for migrations and Identity. It must not know the
/// queries, which are SQL on <see cref="Store"/> (ADR 16).
/// </summary>
internal abstract class AuthDb(DbContextOptions options) : IdentityUserContext<Account, long>(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<TimeSpan>().HaveConversion<Milliseconds>();

        // Every index costs each insert. So a foreign key gets one only if queries need it, below.
        configurationBuilder.Conventions.Remove<ForeignKeyIndexConvention>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);

        builder.Entity<Account>(account =>
        {
            account.ToTable("accounts");
            account.Property(a => a.UserName).HasMaxLength(Account.MaxLoginLength).IsRequired();
            account.Property(a => a.NormalizedUserName).HasMaxLength(Account.MaxLoginLength).IsRequired();
            account.Property(a => a.DisplayName).HasMaxLength(100);

            // The administration pages list the few accounts that are closed, and the administrators.
            account.HasIndex(a => new { a.State, a.Id }).HasFilter("state <> 0");
            account.HasIndex(a => a.IsAdmin).HasFilter("is_admin");
            account.Property(a => a.Language).HasMaxLength(8);
            account.Property(a => a.TimeZone).HasMaxLength(64);
            account.HasIndex(a => a.PasskeyHandle).IsUnique().HasFilter("passkey_handle IS NOT NULL");
            account.HasIndex(a => a.EraseAt).HasFilter("erase_at IS NOT NULL");
        });
        builder.Entity<Passkey>(passkey =>
        {
            passkey.ToTable("account_passkeys");
            passkey.Property(p => p.CredentialId).HasMaxLength(Passkey.MaxCredentialIdLength);
            passkey.Property(p => p.Name).HasMaxLength(Passkey.MaxNameLength);
            passkey.HasIndex(p => p.CredentialId).IsUnique();
            passkey.HasIndex(p => p.AccountId);
            passkey.HasOne<Account>().WithMany().HasForeignKey(p => p.AccountId);
        });
        builder.Entity<Authenticator>(authenticator =>
        {
            authenticator.ToTable("authenticators").HasKey(a => a.AccountId);
            authenticator.Property(a => a.AccountId).ValueGeneratedNever();
            authenticator.HasOne<Account>().WithOne().HasForeignKey<Authenticator>(a => a.AccountId);
        });
        builder.Entity<RecoveryCode>(code =>
        {
            code.ToTable("recovery_codes").HasKey(c => new { c.AccountId, c.CodeHash });
            code.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId);
        });
        builder.Entity<AccountIdentity>(identity =>
        {
            identity.ToTable("account_identities");
            identity.Property(i => i.Subject).HasMaxLength(AccountIdentity.MaxSubjectLength);
            identity.Property(i => i.Name).HasMaxLength(AccountIdentity.MaxNameLength);
            identity.HasIndex(i => new { i.Issuer, i.Subject }).IsUnique();
            identity.HasIndex(i => i.AccountId);
            identity.HasOne<Account>().WithMany(a => a.Identities).HasForeignKey(i => i.AccountId);
        });
        builder.Entity<EmailConfirmation>(confirmation =>
        {
            confirmation.ToTable("email_confirmations").HasKey(c => c.AccountId);
            confirmation.Property(c => c.AccountId).ValueGeneratedNever();
            confirmation.Property(c => c.Email).HasMaxLength(Account.MaxEmailLength);
            confirmation.HasIndex(c => c.TokenHash).IsUnique();
            confirmation.HasOne<Account>().WithOne().HasForeignKey<EmailConfirmation>(c => c.AccountId);
        });
        builder.Entity<QueuedMail>(mail =>
        {
            // No foreign key: a last notice outlives its account.
            mail.ToTable("mail_queue");
            mail.HasIndex(m => m.NextAttemptAt);
        });
        builder.Entity<AccountKey>(key =>
        {
            key.ToTable("account_keys");
            key.Property(k => k.Name).HasMaxLength(100);
            key.HasIndex(k => k.KeyHash).IsUnique();
            key.HasIndex(k => k.AccountId);
            key.HasOne<Account>().WithMany().HasForeignKey(k => k.AccountId);
        });
        builder.Entity<PasswordReset>(reset =>
        {
            reset.ToTable("password_resets").HasKey(r => r.AccountId);
            reset.Property(r => r.AccountId).ValueGeneratedNever();
            reset.HasIndex(r => r.TokenHash).IsUnique();
            reset.HasOne<Account>().WithOne().HasForeignKey<PasswordReset>(r => r.AccountId);
        });
        builder.Entity<Application>(application =>
        {
            application.ToTable("applications");
            application.Property(a => a.ApiKey).HasMaxLength(64);
            application.Property(a => a.Name).HasMaxLength(100);
            application.HasIndex(a => a.ApiKey).IsUnique();
            application.PrimitiveTexts(a => a.Networks);
            application.PrimitiveTexts(a => a.Namespaces);
            application.PrimitiveTexts(a => a.Redirects);
            application.PrimitiveTexts(a => a.SignOutRedirects);
            application.PrimitiveTexts(a => a.Audiences);
            application.PrimitiveTexts(a => a.ExchangesFrom);
            application.HasIndex(a => a.OwnerId).HasFilter("owner_id IS NOT NULL");
            application.HasIndex(a => a.OfferedTo).HasFilter("offered_to IS NOT NULL");
            application.HasOne<Account>().WithMany().HasForeignKey(a => a.OwnerId).OnDelete(DeleteBehavior.SetNull);
            application.HasOne<Account>().WithMany().HasForeignKey(a => a.OfferedTo).OnDelete(DeleteBehavior.SetNull);
        });
        builder.Entity<ApplicationLogo>(logo =>
        {
            logo.ToTable("application_logos").HasKey(l => l.ApplicationId);
            logo.Property(l => l.ApplicationId).ValueGeneratedNever();
            logo.HasOne<Application>().WithOne().HasForeignKey<ApplicationLogo>(l => l.ApplicationId);
        });
        builder.Entity<ApplicationFaultRow>(fault =>
        {
            fault.ToTable("application_faults");
            fault.HasIndex(f => new { f.ApplicationId, f.IsProven, f.Id });
        });
        builder.Entity<ApplicationCountRow>(
            row => row.ToTable("application_counts").HasKey(c => new { c.ApplicationId, c.Hour, c.Dialect, c.Kind }));
        builder.Entity<Consent>(consent =>
        {
            consent.ToTable("consents");
            consent.HasKey(c => new { c.AccountId, c.ApplicationId, c.Dialect });
            consent.HasIndex(c => new { c.ApplicationId, c.AccountId });
            consent.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId);
            consent.HasOne<Application>().WithMany().HasForeignKey(c => c.ApplicationId);
        });
        builder.Entity<Handshake>(handshake =>
        {
            handshake.ToTable("handshakes");
            handshake.HasIndex(h => h.TokenHash).IsUnique();
            handshake.HasIndex(h => h.ExpiresAt);
            handshake.HasIndex(h => h.AccountId).HasFilter("account_id IS NOT NULL");
            handshake.HasOne<Application>().WithMany().HasForeignKey(h => h.ApplicationId);
            handshake.HasOne<Account>().WithMany().HasForeignKey(h => h.AccountId);
        });
        builder.Entity<Session>(session =>
        {
            session.ToTable("sessions");
            session.HasIndex(s => s.TokenHash).IsUnique();
            session.HasIndex(s => s.ExpiresAt).HasFilter("expires_at IS NOT NULL");
            session.HasIndex(s => new { s.AccountId, s.ApplicationId }).HasFilter("account_id IS NOT NULL");
            session.HasOne<Application>().WithMany().HasForeignKey(s => s.ApplicationId);
            session.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId);
            session.HasOne<ApplicationUser>().WithMany().HasForeignKey(s => s.ApplicationUserId);
        });
        builder.Entity<ApplicationUser>(user =>
        {
            user.ToTable("application_users");
            user.HasIndex(u => new { u.ApplicationId, u.UserId }).IsUnique();
            user.HasOne<Application>().WithMany().HasForeignKey(u => u.ApplicationId);
        });
        builder.Entity<ApplicationUserRole>(role =>
        {
            role.ToTable("application_user_roles").HasKey(r => new { r.ApplicationUserId, r.Namespace });
            role.HasOne<ApplicationUser>().WithMany().HasForeignKey(r => r.ApplicationUserId);
        });
        builder.Entity<ThrottleRow>(row =>
        {
            row.ToTable("throttles").HasKey(t => t.SubjectHash);
            row.HasIndex(t => t.ExpiresAt);
        });
        builder.Entity<QuotaRow>(row =>
        {
            row.ToTable("quotas").HasKey(q => q.ApplicationId);
            row.Property(q => q.ApplicationId).ValueGeneratedNever();
            row.HasOne<Application>().WithOne().HasForeignKey<QuotaRow>(q => q.ApplicationId);
        });
        builder.Entity<ReplayRow>(row =>
        {
            row.ToTable("replays").HasKey(r => r.SubjectHash);
            row.HasIndex(r => r.ExpiresAt);
        });
        builder.Entity<SecurityEventRow>(row =>
        {
            // No foreign keys: an event outlives its account and its application.
            row.ToTable("security_events");
            row.HasIndex(e => new { e.AccountId, e.Id });
            row.HasIndex(e => e.OccurredAt);
        });
        builder.Entity<HourlyCountRow>(
            row => row.ToTable("hourly_counts").HasKey(c => new { c.Hour, c.Dialect, c.Kind }));
        builder.Entity<NodeRow>(row => row.ToTable("nodes"));
        builder.Entity<OpenIdToken>(token =>
        {
            token.ToTable("oidc_tokens");
            token.Property(t => t.Id).HasMaxLength(32);
            token.HasIndex(t => t.ReferenceId).IsUnique();
            token.HasIndex(t => t.ExpiresAt);
            token.HasOne<Application>().WithMany().HasForeignKey(t => t.ApplicationId)
                .OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<SigningKeyRow>(key =>
        {
            key.ToTable("oidc_keys").HasKey(k => k.KeyId);
            key.Property(k => k.KeyId).HasMaxLength(64);
        });
        builder.Entity<MaintenanceRow>(row => row.ToTable("maintenance").HasKey(m => m.Task));
        builder.Entity<KeyRingRow>(row => row.ToTable("key_ring"));
        builder.Entity<IdentityUserClaim<long>>().HasIndex(claim => claim.UserId);
        builder.Entity<IdentityUserLogin<long>>().HasIndex(login => login.UserId);

        SnakeCase.Apply(builder);
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(),
        stored => DateTimeOffset.FromUnixTimeMilliseconds(stored));

    private sealed class Milliseconds() : ValueConverter<TimeSpan, long>(
        span => (long)span.TotalMilliseconds,
        stored => TimeSpan.FromMilliseconds(stored));
}
