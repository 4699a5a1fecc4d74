namespace TokenAuth.Kernel.Applications;

/// <summary>
/// Somebody whom an application vouches for under a name of its own: not an account, and known to that application only. Made at the
/// first login, changed by later ones.
/// </summary>
internal sealed class ApplicationUser
{
    public long Id { get; set; }

    public long ApplicationId { get; set; }

    /// <summary>The application's name for the person; never changes.</summary>
    public required string UserId { get; set; }

    public required string Email { get; set; }

    public bool EmailOptIn { get; set; }

    /// <summary>Null: shown by <see cref="UserId"/>.</summary>
    public string? DisplayName { get; set; }

    public string? ProfileUrl { get; set; }

    public string? AvatarUrl { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>What an application's user may do in one namespace of it.</summary>
internal sealed class ApplicationUserRole
{
    public long ApplicationUserId { get; set; }

    public required string Namespace { get; set; }

    public UserRole Role { get; set; }
}

/// <summary>The higher, the more it may do.</summary>
internal enum UserRole
{
    Banned,
    Registered,
    Moderator,
}
