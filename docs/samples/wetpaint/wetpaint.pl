#!/usr/bin/perl
# Gets a ticket for one of a site's own users through the Wetpaint dialect.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET, TOKENAUTH_NAMESPACE and
# TOKENAUTH_LOGIN, the site's own identifier of the user.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1_hex);
use Encode qw(decode encode);
use HTTP::Tiny;

binmode $_, ':encoding(UTF-8)' for *STDOUT, *STDERR;
my ($server, $key, $secret, $namespace, $user) = map { decode('UTF-8', $ENV{$_} || fail("Set $_.")) }
    qw(TOKENAUTH_URL TOKENAUTH_KEY TOKENAUTH_SECRET TOKENAUTH_NAMESPACE TOKENAUTH_LOGIN);
my $now = time;

# The signature is the HMAC-SHA-1 of key, user and time, joined, with the secret. It takes bytes. HTTP::Tiny takes
# characters and sends UTF-8.
my $response = HTTP::Tiny->new->post_form("$server/UserService/login.do", {
    'output'          => 'api',
    'key'             => $key,
    'ns'              => $namespace,
    'user.userId'     => $user,
    'user.email'      => 'someone@example.org',
    'user.emailOptIn' => 'false',
    'cred.ts'         => $now,
    'cred.sig'        => hmac_sha1_hex(encode('UTF-8', "$key$user$now"), $secret),
});
fail("$response->{status} $response->{content}") unless $response->{success};

if (my $cause = element('cause')) {
    fail("Error $cause: " . element('message'));
}
my $ticket = element('ticket');
print "Signed in: $user. The ticket has ", length $ticket, " characters.\n";

# Returns the text of an element of the answer.
sub element {
    my ($name) = @_;
    my ($text) = decode('UTF-8', $response->{content}) =~ m{<$name>([^<]*)</$name>};
    return $text;
}

sub fail {
    print STDERR "@_\n";
    exit 1;
}
