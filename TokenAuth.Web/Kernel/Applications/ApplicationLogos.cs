using System.Security.Cryptography;
using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Formats;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Applications;

/// <summary>
/// Stores the logos of applications. Every new logo waits until an administrator approves it
/// (<see cref="ApplicationApproval"/>), and so does an old one if the owner changes the name that it was approved for.
/// </summary>
internal sealed class ApplicationLogos(Store store, SecurityLog events)
{
    public const string Rule = "is a PNG, JPEG, GIF or WebP picture of at most 16 KiB";

    private const string Select =
        "SELECT application_id, media_type, content, hash, is_approved FROM application_logos";

    /// <summary>Returns the logo of an application, approved or not; null if it has none.</summary>
    public async ValueTask<ApplicationLogo?> FindAsync(long application, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                Select + " WHERE application_id = @id",
                row => new ApplicationLogo
                {
                    ApplicationId = row.GetInt64(0),
                    MediaType = row.GetString(1),
                    Content = row.GetBytes(2),
                    Hash = row.GetString(3),
                    IsApproved = row.GetBoolean(4),
                },
                ("@id", application)),
            cancellation);

    /// <summary>Returns the hash of an application's approved logo; null if it has none.</summary>
    public async ValueTask<string?> ApprovedHashAsync(long application, CancellationToken cancellation) =>
        await store.ReadAsync(
            connection => connection.FirstAsync(
                "SELECT hash FROM application_logos WHERE application_id = @id AND is_approved",
                row => row.GetString(0),
                ("@id", application)),
            cancellation);

    /// <summary>
    /// Sets the logo. False if the content is no picture or too large, or the owner does not own the application.
    /// </summary>
    public async Task<bool> SetAsync(
        string apiKey, byte[] content, ChangedBy by, CancellationToken cancellation)
    {
        if (content.Length > ApplicationLogo.MaxBytes || PictureType.Of(content) is not { } type)
            return false;
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return await events.WriteAsync(
            async (connection, happened) =>
            {
                var id = await connection.FirstAsync(
                    """
                    INSERT INTO application_logos (application_id, media_type, content, hash, is_approved)
                    SELECT id, @type, @content, @hash, @approved FROM applications
                    WHERE api_key = @key AND (@owner IS NULL OR owner_id = @owner)
                    ON CONFLICT (application_id) DO UPDATE SET
                      media_type = excluded.media_type, content = excluded.content,
                      is_approved = application_logos.is_approved AND application_logos.hash = excluded.hash,
                      hash = excluded.hash
                    RETURNING application_id
                    """,
                    row => (long?)row.GetInt64(0),
                    ("@type", type), ("@content", content), ("@hash", hash), ("@approved", false), ("@key", apiKey),
                    ("@owner", by.Owner));
                return Changed(happened, id, by);
            },
            cancellation);
    }

    /// <summary>Removes the logo. False if there is none, or the owner does not own the application.</summary>
    public async Task<bool> RemoveAsync(string apiKey, ChangedBy by, CancellationToken cancellation) =>
        await events.WriteAsync(
            async (connection, happened) => Changed(
                happened,
                await connection.FirstAsync(
                    """
                    DELETE FROM application_logos WHERE application_id IN (
                      SELECT id FROM applications WHERE api_key = @key AND (@owner IS NULL OR owner_id = @owner))
                    RETURNING application_id
                    """,
                    row => (long?)row.GetInt64(0),
                    ("@key", apiKey), ("@owner", by.Owner)),
                by),
            cancellation);

    /// <summary>Returns the address of an approved logo, which browsers may keep.</summary>
    public static string PathOf(long application, string hash) => $"/logos/{application}?v={hash}";

    private static bool Changed(ICollection<SecurityEvent> happened, long? id, ChangedBy by)
    {
        if (id is not null)
            happened.Add(by.Event(EventKind.ApplicationChanged, "logo") with { ApplicationId = id });
        return id is not null;
    }
}
