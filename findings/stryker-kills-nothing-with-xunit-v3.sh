#!/bin/sh
# Stryker.NET 5.1.0 with xunit.v3 4.0.2: its default runner, VSTest, finds that no test notices any change. The same
# tests notice all of them with the runner for Microsoft.Testing.Platform.
#
# xunit.v3 runs tests in a process of its own, which the default runner does not tell which change is active. It warns
# that the coverage capture failed, and goes on. A team that reads only the score throws good tests away.
#
# Guessed before the run: both runners give the same score (missed: 0 and 100 %); the default one ends with an error
# (missed: it ends with 0, like a good run).
# Seen on 2026-12-01 with .NET SDK 10.0.401, xunit.v3 4.0.2 (.mtp-off and .mtp-v2), xunit.runner.visualstudio 4.0.1:
#   vstest: exit 0, Killed 0, Survived 3
#   mtp: exit 0, Killed 3, Survived 0
# What follows: check a mutation run with a change that some test must notice before its score is believed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet new tool-manifest > /dev/null
dotnet tool install dotnet-stryker --version 5.1.0 > /dev/null
mkdir library vstest mtp
cat > library/library.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
</Project>
XML
cat > library/Age.cs <<'CS'
public static class Age
{
    public static bool IsAdult(int years) => years >= 18;

    public static int Next(int years) => years + 1;
}
CS
cat > vstest/AgeTests.cs <<'CS'
using Xunit;

public class AgeTests
{
    [Theory]
    [InlineData(17, false)]
    [InlineData(18, true)]
    [InlineData(19, true)]
    public void Adults(int years, bool expected) => Assert.Equal(expected, Age.IsAdult(years));

    [Fact]
    public void Birthday() => Assert.Equal(8, Age.Next(7));
}
CS
cp vstest/AgeTests.cs mtp
project() {
  cat > "$1/$1.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <ProjectReference Include="../library/library.csproj" />
    $2
  </ItemGroup>
</Project>
XML
}
project vstest '<PackageReference Include="xunit.v3.mtp-off" Version="4.0.2" />
    <PackageReference Include="xunit.runner.visualstudio" Version="4.0.1" />
    <PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.11.0" />'
project mtp '<PackageReference Include="xunit.v3.mtp-v2" Version="4.0.2" />'
for runner in vstest mtp; do
  code=0
  (cd "$runner" && dotnet stryker --test-runner "$runner" --mutate Age.cs --reporter json --output "$work/$runner.out" \
    > "$work/$runner.log" 2>&1) || code=$?
  count() { grep -o "\"status\": *\"$1\"" "$work/$runner.out/reports/mutation-report.json" | wc -l; }
  echo "$runner: exit $code, Killed $(count Killed), Survived $(count Survived)"
done > seen
cat seen
cat > expected <<'TXT'
vstest: exit 0, Killed 0, Survived 3
mtp: exit 0, Killed 3, Survived 0
TXT
diff expected seen
