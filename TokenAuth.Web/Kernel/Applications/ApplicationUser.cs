namespace TokenAuth.Kernel.Applications;

/// <summary>
/// A person whom an application vouches for under its own name. It is not an account, and only that application knows
/// it. The first login creates it; later ones update it.
/// </summary>
internal sealed class ApplicationUser
{
    public long Id { get; set; }

    public long ApplicationId { get; set; }

    /// <summary>The application's own name for the person, which never changes.</summary>
    public required string UserId { get; set; }

    public required string Email { get; set; }

    public bool EmailOptIn { get; set; }

    /// <summary>The displayed name; null displays the <see cref="UserId"/>.</summary>
    public string? DisplayName { get; set; }

    public string? ProfileUrl { get; set; }

    public string? AvatarUrl { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>The role of an application's user in one of its namespaces.</summary>
internal sealed class ApplicationUserRole
{
    public long ApplicationUserId { get; set; }

    public required string Namespace { get; set; }

    public UserRole Role { get; set; }
}

/// <summary>The roles of an application's user, from the least to the most rights.</summary>
internal enum UserRole
{
    Banned,
    Registered,
    Moderator,
}
