#!/usr/bin/perl
# Signs a person in through the ipernity dialect and asks whose token it is.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use HTTP::Tiny;
use JSON::PP;

$| = 1;
my ($server, $key, $secret) =
    map { $ENV{$_} || fail("Set $_.") } qw(TOKENAUTH_URL TOKENAUTH_KEY TOKENAUTH_SECRET);
my $http = HTTP::Tiny->new;

my $frob = call('auth.getFrob')->{frob};
# A link is signed without a method. It asks for permissions: here, to read documents.
my $link = $http->www_form_urlencode(signed('', api_key => $key, frob => $frob, perm_doc => 'read'));
print "Open this address, allow the application, then press Enter:\n$server/apps/authorize?$link\n";
<STDIN>;

my $token = call('auth.getToken', frob => $frob)->{token};
# A token has no end date, so a program keeps it and asks at each start whether it is still valid.
my $auth = call('auth.checkToken', auth_token => $token);
print "Signed in: $auth->{user}{username} (documents: $auth->{permissions}{doc})\n";

# Calls a method and returns its answer.
sub call {
    my ($method, %parameters) = @_;
    my $form = signed($method, %parameters, api_key => $key);
    my $answer = $http->post_form("$server/api/$method/json", $form);
    fail("$answer->{status} $answer->{content}") unless $answer->{success};
    my $result = decode_json($answer->{content});
    fail("Error $result->{api}{code}: $result->{api}{message}") if $result->{api}{status} ne 'ok';
    return $result->{auth};
}

# Adds api_sig: the MD5 of the names and values, sorted by name and joined, then the method, then the secret.
sub signed {
    my ($method, %parameters) = @_;
    my $text = join '', map { $_ . $parameters{$_} } sort keys %parameters;
    return {%parameters, api_sig => md5_hex($text . $method . $secret)};
}

sub fail {
    print STDERR "@_\n";
    exit 1;
}
