using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Messages;

/// <summary>Reads where an account gets mail, and in which language.</summary>
internal static class Recipients
{
    /// <summary>Reads the recipient within the caller's transaction; null if there is no such account.</summary>
    public static ValueTask<EventRecipient?> ReadAsync(StoreConnection connection, long accountId) =>
        connection.FirstAsync(
            "SELECT user_name, email, language, time_zone, email_confirmed FROM accounts WHERE id = @id",
            row => new EventRecipient(row.GetString(0), row.TextOrNull(1), row.TextOrNull(2), row.TextOrNull(3))
            {
                IsConfirmed = row.GetBoolean(4),
            },
            ("@id", accountId));

    extension(EventRecipient recipient)
    {
        /// <summary>Returns the language of the profile, or else the other one.</summary>
        public Language LanguageOr(Language other) => Language.Find(recipient.Language) ?? other;

        /// <summary>Writes a time as the person reads it, in the current language.</summary>
        public string When(DateTimeOffset instant) =>
            new PersonalTime(TimeZones.Find(recipient.TimeZone)).Write(instant);
    }
}
