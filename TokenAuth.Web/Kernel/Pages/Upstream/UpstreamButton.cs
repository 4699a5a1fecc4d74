namespace TokenAuth.Kernel.Pages.Upstream;

/// <summary>A form that sends a person to the upstream provider. The page must allow any target of its forms.</summary>
internal sealed record UpstreamButton(UpstreamPurpose Purpose, string Label, string? Return, bool IsAgain = false);
