#!/usr/bin/perl
# Signs a person in through the MediaPost dialect and asks who it is.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use HTTP::Tiny;
use JSON::PP;

$| = 1;
my ($server, $key, $secret) =
    map { $ENV{$_} || fail("Set $_.") } qw(TOKENAUTH_URL TOKENAUTH_KEY TOKENAUTH_SECRET);

my $token = call('auth.createToken', $secret);
my $link = HTTP::Tiny->new->www_form_urlencode({api_key => $key, v => '1.0', auth_token => $token});
print "Open this address, allow the application, then press Enter:\n$server/login.php?$link\n";
<STDIN>;

my $session = call('auth.getSession', $secret, auth_token => $token);
# A desktop application gets a secret with the session, and signs the session's calls with it.
my $user = call(
    'users.getLoggedInUser', $session->{secret} // $secret, session_key => $session->{session_key});
print "Signed in: user $user\n";

# Calls a method, signed with the secret, and returns its result.
sub call {
    my ($method, $secret, %parameters) = @_;
    %parameters = (%parameters, api_key => $key, format => 'json', method => $method);
    # The signature is the MD5 of name=value, sorted by name and joined, then the secret.
    my $text = join '', map { "$_=$parameters{$_}" } sort keys %parameters;
    $parameters{sig} = md5_hex($text . $secret);
    my $answer = HTTP::Tiny->new->post_form("$server/api.php", \%parameters);
    fail("$answer->{status} $answer->{content}") unless $answer->{success};
    my $result = JSON::PP->new->allow_nonref->decode($answer->{content});
    fail("Error $result->{error_code}: $result->{error_msg}") if ref $result && $result->{error_code};
    return $result;
}

sub fail {
    print STDERR "@_\n";
    exit 1;
}
