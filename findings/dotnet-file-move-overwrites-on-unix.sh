#!/bin/sh
# .NET 10: File.Move(source, target, overwrite: false) is not atomic on Unix. Of several moves to one free name, more than one
# can succeed, and the last one replaces the file of the others.
#
# Guessed before the run: exactly one of the moves succeeds, as on Windows (missed).
# Seen on 2026-11-29 with .NET 10.0.12 on Linux, two processors: 26 of 5000 rounds of four moves had more than one success. A
# test of four concurrent backups to one file had met it.
# What follows for a program: give the file its name with link(2), which fails if the name is taken, and delete the other name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > probe.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
</Project>
XML
cat > Program.cs <<'CS'
var several = 0;
for (var round = 0; round < 5000; round++)
{
    var target = $"target{round}";
    using var start = new Barrier(4);
    var moved = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() =>
    {
        var own = $"{round}.{number}";
        File.WriteAllText(own, "");
        start.SignalAndWait();
        try
        {
            File.Move(own, target, overwrite: false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    })));
    if (moved.Count(success => success) > 1)
        several++;
}

Console.WriteLine($"{several} of 5000 rounds had more than one successful move");
CS
dotnet run -v quiet
