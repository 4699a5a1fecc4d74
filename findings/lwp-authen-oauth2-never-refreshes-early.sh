#!/bin/sh
# LWP::Authen::OAuth2 0.20 (Debian 12): early_refresh_time has no effect; a token is used until its last second.
#
# The manual says that a token is refreshed early_refresh_time seconds before its end, 300 by default, and that half of the lifetime
# counts if that is less. The code takes half of what is left, not of the lifetime. Less than half of what is left is never left,
# so should_refresh is false until the token has expired. A request that is slow, or a clock that is a second behind, then meets
# a server that refuses the token.
#
# Guessed before the run: a token of 300 seconds is refreshed before nearly every request, because all of its life is early
# (missed).
# Seen on 2026-11-30 with Perl 5.36.0:
#   3600 seconds, 301 left: no
#   3600 seconds, 10 left: no
#   3600 seconds, 1 left: no
#   3600 seconds, -1 left: yes
#   300 seconds, 10 left: no
#   300 seconds, -1 left: yes
# What follows for a program: ask expires_in of the token itself and call refresh_access_token. For a service that checks
# tokens: allow a few seconds between clocks, because such tokens come in their last second.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq liblwp-authen-oauth2-perl=0.20-1 libjson-perl libwww-perl libhttp-message-perl libhttp-date-perl liburi-perl \
  libnet-http-perl libio-html-perl libencode-locale-perl liblwp-mediatypes-perl libtry-tiny-perl 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > early.pl <<'PL'
use strict;
use JSON;
use LWP::Authen::OAuth2;

for ([ 3600, 301 ], [ 3600, 10 ], [ 3600, 1 ], [ 3600, -1 ], [ 300, 10 ], [ 300, -1 ]) {
    my ($lifetime, $left) = @$_;
    my $token = { access_token => 'a', refresh_token => 'r', token_type => 'Bearer', expires_in => $lifetime,
        create_time => time - $lifetime + $left, _class => 'LWP::Authen::OAuth2::AccessToken::Bearer' };
    my $client = LWP::Authen::OAuth2->new(client_id => 'c', client_secret => 's', redirect_uri => 'https://app.example/back',
        authorization_endpoint => 'https://server.example/authorize', token_endpoint => 'https://server.example/token',
        early_refresh_time => 300, token_string => encode_json($token));
    print "$lifetime seconds, $left left: ", $client->should_refresh ? 'yes' : 'no', "\n";
}
PL
PERL5LIB=$work/root/usr/share/perl5 perl early.pl | tee seen
cat > expected <<'TXT'
3600 seconds, 301 left: no
3600 seconds, 10 left: no
3600 seconds, 1 left: no
3600 seconds, -1 left: yes
300 seconds, 10 left: no
300 seconds, -1 left: yes
TXT
cmp expected seen && echo "as described"
