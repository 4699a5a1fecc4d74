using System.Reflection;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace TokenAuth.Kernel.Pages;

/// <summary>
/// Leaves out parts of page models that no request uses: properties without an attribute that binds them, such as
/// BindProperty or FromQuery, and overrides of methods of <see cref="PageModel"/>. The framework describes each of
/// these properties at start, and takes an override such as <c>OnPageHandlerExecutionAsync</c> for the handler of a
/// verb. For the parameters of that handler, the first request to the page would create model binders for HttpContext
/// and everything that it refers to.
/// </summary>
internal sealed class PageParts(IPageApplicationModelPartsProvider parts) : IPageApplicationModelPartsProvider
{
    /// <summary>Wraps the framework's own provider. Call it after AddRazorPages.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var own = services.Single(service => service.ServiceType == typeof(IPageApplicationModelPartsProvider));
        services.Replace(ServiceDescriptor.Singleton<IPageApplicationModelPartsProvider>(provider => new PageParts(
            (IPageApplicationModelPartsProvider)ActivatorUtilities.CreateInstance(provider, own.ImplementationType!))));
    }

    public bool IsHandler(MethodInfo methodInfo) =>
        methodInfo.GetBaseDefinition().DeclaringType != typeof(PageModel) && parts.IsHandler(methodInfo);

    public PageHandlerModel? CreateHandlerModel(MethodInfo method) =>
        IsHandler(method) ? parts.CreateHandlerModel(method) : null;

    public PageParameterModel CreateParameterModel(ParameterInfo parameter) => parts.CreateParameterModel(parameter);

    /// <returns>Null for a property that is not bound, which the framework then ignores.</returns>
    public PagePropertyModel CreatePropertyModel(PropertyInfo property) =>
        BindingInfo.GetBindingInfo(property.GetCustomAttributes(inherit: true)) is null
            ? null!
            : parts.CreatePropertyModel(property);
}
