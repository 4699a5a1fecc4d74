#!/bin/bash
# MailKit 4.18.2: a mail server that cannot check a password just now raises the same exception as a wrong password.
#
# RFC 4954 answers AUTH with 454 for a temporary failure and 535 for wrong credentials. For MAIL, RCPT and DATA MailKit raises
# SmtpCommandException with the status in StatusCode. For AUTH it raises AuthenticationException in all cases, with the status
# in the message and in an inner SmtpCommandException. That goes even for 421, with which the server hangs up; the client still
# says that it is connected, while after a 421 to MAIL it knows better.
#
# Guessed before the run: 454 and 421 are SmtpCommandException, and IsConnected is false after 421 (both missed for AUTH).
# Seen on 2026-11-30 with .NET 10.0.12:
#   AUTH 535: AuthenticationException, inner status 535, connected True
#   AUTH 454: AuthenticationException, inner status 454, connected True
#   AUTH 421: AuthenticationException, inner status 421, connected True
#   MAIL 451: SmtpCommandException, status 451, connected True
#   MAIL 421: SmtpCommandException, status 421, connected False
# What follows for a queue: look at the inner exception before it gives up or tells the operator that the password is wrong, and
# do not use the connection again.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > probe.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="MailKit" Version="4.18.2" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Net;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

foreach (var (command, status) in new[] { ("AUTH", 535), ("AUTH", 454), ("AUTH", 421), ("MAIL", 451), ("MAIL", 421) })
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    var server = ServeAsync(listener, command, status);
    using var client = new SmtpClient();
    var seen = "no exception";
    try
    {
        await client.ConnectAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, SecureSocketOptions.None);
        await client.AuthenticateAsync("user", "password");
        var message = new MimeMessage(
            [MailboxAddress.Parse("a@a.example")], [MailboxAddress.Parse("b@a.example")], "s", new TextPart { Text = "t" });
        await client.SendAsync(message);
    }
    catch (SmtpCommandException refusal)
    {
        seen = $"SmtpCommandException, status {(int)refusal.StatusCode}";
    }
    catch (AuthenticationException refusal)
    {
        seen = $"AuthenticationException, inner status {(int?)(refusal.InnerException as SmtpCommandException)?.StatusCode}";
    }
    if (status == 421)
        await server;
    Console.WriteLine($"{command} {status}: {seen}, connected {client.IsConnected}");
    client.Dispose();
    await server;
}

// Accepts everything but one command. Hangs up after 421.
static async Task ServeAsync(TcpListener listener, string refused, int status)
{
    using var peer = await listener.AcceptTcpClientAsync();
    using var reader = new StreamReader(peer.GetStream());
    using var writer = new StreamWriter(peer.GetStream()) { NewLine = "\r\n", AutoFlush = true };
    await writer.WriteLineAsync("220 ready");
    while (await reader.ReadLineAsync() is { } line)
    {
        var command = line[..4];
        await writer.WriteLineAsync(
            command == refused ? $"{status} no"
            : command == "EHLO" ? "250-here\r\n250 AUTH PLAIN"
            : command == "AUTH" ? "235 yes"
            : "250 yes");
        if (command == refused && status == 421)
            return;
    }
}
CS
cat > expected <<'TXT'
AUTH 535: AuthenticationException, inner status 535, connected True
AUTH 454: AuthenticationException, inner status 454, connected True
AUTH 421: AuthenticationException, inner status 421, connected True
MAIL 451: SmtpCommandException, status 451, connected True
MAIL 421: SmtpCommandException, status 421, connected False
TXT
dotnet run > seen
diff expected seen && echo "as described"
