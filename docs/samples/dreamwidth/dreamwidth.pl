#!/usr/bin/perl
# Signs a person in through the Dreamwidth dialect: the flat protocol, with a challenge and an API key.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_API_KEY, which the person
# creates at /account/keys.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use HTTP::Tiny;

my ($server, $login, $key) =
    map { $ENV{$_} || fail("Set $_.") } qw(TOKENAUTH_URL TOKENAUTH_LOGIN TOKENAUTH_API_KEY);

# A challenge is good for one attempt, within 60 seconds. The key itself is never sent.
my $challenge = call(mode => 'getchallenge')->{challenge};
my $session = call(
    mode           => 'sessiongenerate',
    user           => $login,
    auth_method    => 'challenge',
    auth_challenge => $challenge,
    auth_response  => md5_hex($challenge . md5_hex($key)),
    expiration     => 'short',    # 24 hours; 'long' is 30 days
);

# Web pages take the session as the cookie ljsession.
my $cookie = $session->{ljsession};
print "Signed in: $login. The cookie ljsession has ", length $cookie, " characters.\n";

# Performs a mode of the flat protocol. The answer has the names on odd lines, each followed by its value.
sub call {
    my %fields = @_;
    my $response = HTTP::Tiny->new->post_form("$server/interface/flat", \%fields);
    fail("$response->{status} $response->{content}") unless $response->{success};
    my %answer = split /\n/, $response->{content};
    # The flat protocol has messages without numbers.
    fail("Error: $answer{errmsg}") if $answer{success} ne 'OK';
    return \%answer;
}

sub fail {
    print STDERR "@_\n";
    exit 1;
}
