namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>A password hash of other software.</summary>
/// <param name="Digest">The digest of the right password.</param>
/// <param name="Compute">Computes the digest of a password, as the old software encoded it.</param>
internal sealed record ForeignHash(byte[] Digest, Func<byte[], byte[]> Compute)
{
    /// <summary>
    /// The longest password in bytes. Some formats hash the password thousands of times, so a long one would take
    /// minutes. libxcrypt and Drupal have the same limit.
    /// </summary>
    public const int MaxPasswordBytes = 512;

    /// <summary>
    /// The hash with zeros for its digest, if the hash is so fast that passwords can be guessed from it; null if it is
    /// slow. Only the digest's own slow hash is stored with it.
    /// </summary>
    public string? Blank { get; init; }

    public bool IsWeak => Blank is not null;

    /// <summary>What the old software did to a typed password before it hashed it.</summary>
    public PasswordSpelling Spelling { get; init; }

    /// <summary>Returns the hash of a password that is first changed as bytes.</summary>
    public ForeignHash Of(Func<byte[], byte[]> change) => this with { Compute = password => Compute(change(password)) };
}

/// <summary>A hash that was read, or the reason why it is refused.</summary>
internal readonly record struct HashReading(ForeignHash? Hash, string? Refusal)
{
    public static implicit operator HashReading(ForeignHash hash) => new(hash, Refusal: null);

    public static implicit operator HashReading(string refusal) => new(Hash: null, refusal);

    /// <summary>Changes the hash, if there is one.</summary>
    public HashReading Then(Func<ForeignHash, ForeignHash> change) => Hash is null ? this : change(Hash);
}
