#!/bin/bash
# Microsoft.Extensions.Logging.Abstractions 10.0.12 (NuGet), the source generator of [LoggerMessage]: it writes the
# classes of a project in an order that changes from build to build. Two builds of one commit therefore give different
# assemblies, although the compiler is deterministic. The .NET SDK 10.0.401 carries this generator for web projects.
# The generator of 10.0.15 keeps one order.
#
# Guess: a source generator of the framework writes the same text for the same sources. Missed for 10.0.12.
#
# Output seen, .NET SDK 10.0.401:
#   10.0.12: 6 builds, 6 orders
#   10.0.15: 6 builds, 1 order
#
# Remedy for a web project on that SDK: reference the package in version 10.0.15 with ExcludeAssets="compile;runtime",
# which takes its generator only.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

for number in $(seq 12); do
  cat > "Part$number.cs" << EOF
using Microsoft.Extensions.Logging;
internal static partial class Part$number
{
    [LoggerMessage(EventId = $number, Level = LogLevel.Information, Message = "Part $number")]
    public static partial void Log(ILogger logger);
}
EOF
done

orders() { # version of the package: the number of different generated files of six builds
  cat > parts.csproj << EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
    <UseSharedCompilation>false</UseSharedCompilation>
    <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Extensions.Logging.Abstractions" Version="$1" />
  </ItemGroup>
</Project>
EOF
  for _ in 1 2 3 4 5 6; do
    rm -rf bin obj
    dotnet build parts.csproj -v quiet --nologo > build.log || { cat build.log >&2; exit 1; }
    find obj -name LoggerMessage.g.cs -exec cat {} + | sha256sum
  done | sort -u | wc -l
}

old=$(orders 10.0.12)
new=$(orders 10.0.15)
echo "10.0.12: 6 builds, $old orders"
echo "10.0.15: 6 builds, $new order"
[ "$old" -gt 1 ] && [ "$new" -eq 1 ] || { echo "CHANGED" >&2; exit 1; }
echo PASS
