#!/bin/sh
# ASP.NET Core 10 Razor Pages: a page model that overrides PageModel.OnPageHandlerExecutionAsync, as its documentation
# shows for filters, gets one more page handler: that method, for the verb "PageHandlerExecution". Before the first GET
# of the page is answered, MVC looks for model binders for the parameters of that handler, and so for every type that
# HttpContext refers to. The attribute [NonHandler] on the override prevents it.
#
# Guessed before the run: the override is no handler (missed); a GET asks for binders of the parameters of OnGet only
# (missed: of more than a hundred types).
# Seen on 2026-12-01 with .NET SDK 10.0.401, ASP.NET Core 10.0.12:
#   /Marked OnGet; binders for 1 types
#   /Plain OnGet; binders for 1 types
#   /Filtered OnGet OnPageHandlerExecutionAsync; binders for 143 types
# What follows: mark such overrides, or leave them out with an IPageApplicationModelPartsProvider.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cat > app.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
</Project>
XML
mkdir Pages
for page in Plain Filtered Marked; do
  printf '@page\n@model %sModel\n%s\n' $page $page > Pages/$page.cshtml
done
cat > Models.cs <<'CS'
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

public class PlainModel : PageModel
{
    public void OnGet(int number) { }
}

public class FilteredModel : PageModel
{
    public void OnGet(int number) { }

    public override Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next) =>
        next();
}

public class MarkedModel : PageModel
{
    public void OnGet(int number) { }

    [NonHandler]
    public override Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next) =>
        next();
}
CS
cat > Program.cs <<'CS'
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
var asked = new Asked();
builder.Services.AddRazorPages().AddMvcOptions(mvc => mvc.ModelBinderProviders.Insert(0, asked));
await using var app = builder.Build();
app.Urls.Add("http://127.0.0.1:0");
app.MapRazorPages();
await app.StartAsync();
using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(app.Urls.First()) };
var pages = app.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items
    .OfType<CompiledPageActionDescriptor>().ToDictionary(page => page.ViewEnginePath);
foreach (var path in new[] { "/Marked", "/Plain", "/Filtered" })
{
    asked.Types.Clear();
    await client.GetStringAsync(path + "?number=1");
    var handlers = string.Join(' ', pages[path].HandlerMethods.Select(handler => handler.MethodInfo.Name).Order());
    Console.WriteLine($"{path} {handlers}; binders for {asked.Types.Count} types");
}

sealed class Asked : IModelBinderProvider
{
    public HashSet<Type> Types { get; } = [];

    public IModelBinder? GetBinder(ModelBinderProviderContext context)
    {
        Types.Add(context.Metadata.ModelType);
        return null;
    }
}
CS
sed -i '1i using Microsoft.AspNetCore.Mvc;' Models.cs
dotnet build -c Release -v q -p:UseSharedCompilation=false > build.log 2>&1 || { cat build.log; exit 1; }
dotnet bin/Release/net10.0/app.dll | tee seen
grep -qx '/Plain OnGet; binders for 1 types' seen
grep -qx '/Marked OnGet; binders for 1 types' seen
grep -qE '^/Filtered OnGet OnPageHandlerExecutionAsync; binders for [1-9][0-9]{2,} types$' seen
