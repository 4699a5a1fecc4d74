#!/usr/bin/perl
# Logs in through the PeopleAggregator dialect and checks the token.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_PASSWORD: the person's
# password, or an API key from /account/keys.
use strict;
use warnings;
use Encode qw(decode);
use HTTP::Tiny;
use JSON::PP;

# HTTP::Tiny takes characters and sends UTF-8.
my ($server, $login, $password) = map { decode('UTF-8', $ENV{$_} || fail("Set $_.")) }
    qw(TOKENAUTH_URL TOKENAUTH_LOGIN TOKENAUTH_PASSWORD);
my $api = "$server/api/json/peopleaggregator";
my $http = HTTP::Tiny->new;

# The password is sent in the body, because logs keep addresses.
my $token = answer($http->post_form("$api/login", {login => $login, password => $password}))->{authToken};

my $query = $http->www_form_urlencode({authToken => $token});
my $answer = answer($http->get("$api/checkToken?$query"));
print "Signed in: $answer->{login}, for $answer->{tokenLifetime} seconds\n";

# Reads a response.
sub answer {
    my ($response) = @_;
    fail("$response->{status} $response->{content}") unless $response->{success};
    my $answer = decode_json($response->{content});
    fail("Error $answer->{code}: $answer->{msg}") unless $answer->{success};
    return $answer;
}

sub fail {
    print STDERR "@_\n";
    exit 1;
}
