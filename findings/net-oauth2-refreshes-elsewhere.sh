#!/bin/sh
# Net::OAuth2 0.67 (Debian 12, libnet-oauth2-perl): a token is refreshed at /oauth/refresh_token, whatever the token endpoint is.
#
# RFC 6749, section 6, sends the refresh to the token endpoint. Net::OAuth2 has a path of its own for it, refresh_token_path, and
# takes /oauth/refresh_token if the program does not name one. So signing in works, and the first refresh is "404 Not Found". The
# authorization request also carries an empty "hd", a parameter of Google's.
#
# Guessed before the run: the refresh goes to access_token_path, and the request has the parameters of the RFC only (both
# taken for granted, and missed).
# Seen on 2026-11-30 with Perl 5.36.0:
#   authorize: client_id hd redirect_uri response_type scope state
#   token: POST /connect/token
#   refresh: POST /oauth/refresh_token
# What follows for a program: say refresh_token_path as well, with the path of the token endpoint. For a server: ignore unknown
# parameters (RFC 6749, section 3.1), empty ones, too.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq libnet-oauth2-perl=0.67-1 libjson-maybexs-perl libwww-perl libhttp-message-perl libhttp-date-perl liburi-perl \
  libnet-http-perl libio-html-perl libencode-locale-perl liblwp-mediatypes-perl libtry-tiny-perl 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > refresh.pl <<'PL'
use strict;
use HTTP::Response;
use LWP::UserAgent;
use Net::OAuth2::Profile::WebServer;

# Nothing is sent: the program's requests end here.
no warnings 'redefine';
my $sent;
*LWP::UserAgent::request = sub {
    $sent = $_[1];
    my $answer = HTTP::Response->new(200, 'OK', [ 'Content-Type' => 'application/json' ],
        '{"access_token":"a","refresh_token":"r","token_type":"Bearer","expires_in":300}');
    $answer->request($sent);
    $answer;
};

my $client = Net::OAuth2::Profile::WebServer->new(client_id => 'c', client_secret => 's', site => 'https://server.example',
    authorize_path => '/connect/authorize', access_token_path => '/connect/token', redirect_uri => 'https://app.example/back');
my %query = $client->authorize(state => 'x')->query_form;
print 'authorize: ', join(' ', sort keys %query), "\n";
my $token = $client->get_access_token('code');
print 'token: ', $sent->method, ' ', $sent->uri->path, "\n";
$token->refresh;
print 'refresh: ', $sent->method, ' ', $sent->uri->path, "\n";
PL
PERL5LIB=$work/root/usr/share/perl5 perl refresh.pl | tee seen
cat > expected <<'TXT'
authorize: client_id hd redirect_uri response_type scope state
token: POST /connect/token
refresh: POST /oauth/refresh_token
TXT
cmp expected seen && echo "as described"
