using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using TokenAuth.Tests.Infrastructure;

namespace TokenAuth.Tests.Kernel.Pages;

/// <summary>What the framework takes for handlers and bound properties of our pages.</summary>
public sealed class PagePartsTests
{
    [Fact]
    public async Task Every_handler_answers_a_verb_of_pages()
    {
        await using var server = await LiveServer.StartAsync();

        Assert.All(Pages(server).SelectMany(page => page.HandlerMethods), handler => Assert.Contains(
            handler.HttpMethod, ["Get", "Post"], StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Every_property_with_a_binding_attribute_is_bound()
    {
        // With the demo, one of whose pages binds a property by FromQuery alone.
        await using var server = await LiveServer.StartAsync("--environment=Development");
        var pages = Pages(server);

        Assert.Contains(pages, page => page.RelativePath.StartsWith("/Demo/", StringComparison.Ordinal));
        Assert.All(pages, page =>
        {
            Assert.False(page.HandlerTypeInfo.IsDefined(typeof(BindPropertiesAttribute)));
            Assert.Equal(
                page.HandlerTypeInfo.GetProperties().Where(IsMarked).Select(property => property.Name).Order(
                    StringComparer.Ordinal),
                page.BoundProperties.Select(property => property.Name).Order(StringComparer.Ordinal),
                StringComparer.Ordinal);
        });
    }

    private static List<CompiledPageActionDescriptor> Pages(LiveServer server)
    {
        List<CompiledPageActionDescriptor> pages =
        [
            .. server.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items
                .OfType<CompiledPageActionDescriptor>(),
        ];
        Assert.NotEmpty(pages);
        return pages;
    }

    /// <summary>Whether a property has an attribute such as FromQuery or BindProperty.</summary>
    private static bool IsMarked(PropertyInfo property) =>
        property.GetCustomAttributes().Any(attribute => attribute is IModelNameProvider or IBindingSourceMetadata);
}
