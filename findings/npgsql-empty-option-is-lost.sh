#!/bin/sh
# Npgsql 10.0.0: an option with an empty value does not survive a round trip through the connection string builder.
#
# "Options=" (as PgBouncer's users write it to send no start-up options) is read as no option at all. "Options=''" is read as an
# empty option, but the builder writes it as "Options=", which the next builder reads as no option. So a program that takes the
# operator's string apart and puts it together again cannot tell "send none" from "not said".
# The base class, DbConnectionStringBuilder, drops a key whose unquoted value is empty; Npgsql inherits that.
#
# Guessed before the run: "Options=" gives an empty option (missed); a builder reads what it wrote (missed).
# Seen on 2026-11-29 with .NET 10.0.12:
#   Options= -> none
#   Options='' -> empty, written as [Host=h;Options=], read again -> none
# What follows for a program: look for the key in the text itself before the builder reads it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > probe.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="Npgsql" Version="10.0.0" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System;
using Npgsql;

string Seen(string text) => new NpgsqlConnectionStringBuilder(text).Options switch
{
    null => "none",
    "" => "empty",
    var some => some,
};

var quoted = new NpgsqlConnectionStringBuilder("Host=h;Options=''").ToString();
Console.WriteLine($"Options= -> {Seen("Host=h;Options=")}");
Console.WriteLine($"Options='' -> {Seen("Host=h;Options=''")}, written as [{quoted}], read again -> {Seen(quoted)}");
CS
cat > expected <<'TXT'
Options= -> none
Options='' -> empty, written as [Host=h;Options=], read again -> none
TXT
dotnet run > seen
diff expected seen && echo "as described"
