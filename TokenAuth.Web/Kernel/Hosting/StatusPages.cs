using Microsoft.AspNetCore.Diagnostics;

namespace TokenAuth.Kernel.Hosting;

/// <summary>The page for a person that an answer without a body becomes, unless a door is for programs.</summary>
internal static class StatusPages
{
    public static void AnswerWithoutPage(this HttpContext context) => context.Features.Get<IStatusCodePagesFeature>()?.Enabled = false;
}
