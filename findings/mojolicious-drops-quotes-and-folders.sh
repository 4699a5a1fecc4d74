#!/bin/sh
# Mojolicious 9.31 (Debian 12) and http-cookie 1.0.5 (Debian 12, ruby-http-cookie): a cookie's quotes are lost; and Mojolicious
# drops a cookie for another folder.
#
# A value may stand in quotes, which belong to it (RFC 6265, sections 4.1.1 and 5.2): who gets q="ab" sends q="ab". These two jars
# send q=ab, so a server that compares the whole value does not know its own cookie. Mojolicious also refuses a cookie whose
# Path is not a beginning of the page's path, which RFC 6265 (5.3) allows: /login cannot set a cookie for /api.
# HTTP::CookieJar 0.014 does both as the RFC says.
#
# Guessed before the run: all three keep the quotes and the path (missed for two, and for one).
# Seen on 2026-11-30 with Perl 5.36.0 and Ruby 3.1.2:
#   Mojolicious: q=ab
#   HTTP::CookieJar: api=1 q="ab"
#   http-cookie: api=1 q=ab
# What follows for a server: put no quotes into values, and set cookies with Path=/.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq libmojolicious-perl=9.31+dfsg-1 libhttp-cookiejar-perl=0.014-1 libhttp-date-perl ruby-http-cookie=1.0.5-1 \
  ruby-domain-name ruby-unf ruby-unf-ext 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > jars.pl <<'PL'
use strict;
use HTTP::CookieJar;
use Mojo::Transaction::HTTP;
use Mojo::URL;
use Mojo::UserAgent::CookieJar;

my $page = 'http://a.example/login';
my @cookies = ('q="ab"; Path=/', 'api=1; Path=/api');
my $answer = Mojo::Transaction::HTTP->new;
$answer->req->url(Mojo::URL->new($page));
$answer->res->headers->add('Set-Cookie' => $_) for @cookies;
my $mojo = Mojo::UserAgent::CookieJar->new;
$mojo->collect($answer);
my $next = Mojo::Transaction::HTTP->new;
$next->req->url(Mojo::URL->new('http://a.example/api'));
$mojo->prepare($next);
my $jar = HTTP::CookieJar->new;
$jar->add($page, $_) for @cookies;
print 'Mojolicious: ', join(' ', sort split /; /, $next->req->headers->cookie), "\n";
print 'HTTP::CookieJar: ', join(' ', sort split /; /, $jar->cookie_header('http://a.example/api')), "\n";
PL
cat > jars.rb <<'RB'
require 'http/cookie'

jar = HTTP::CookieJar.new
['q="ab"; Path=/', 'api=1; Path=/api'].each { |cookie| jar.parse(cookie, 'http://a.example/login') }
sent = HTTP::Cookie.cookie_value(jar.cookies('http://a.example/api'))
puts "http-cookie: #{sent.split('; ').sort.join(' ')}"
RB
{
  PERL5LIB=$work/root/usr/share/perl5 perl jars.pl
  ruby -W0 -I root/usr/lib/ruby/vendor_ruby -I "$(echo "$work"/root/usr/lib/*-linux-gnu/ruby/vendor_ruby/3.*)" jars.rb
} | tee seen
cat > expected <<'TXT'
Mojolicious: q=ab
HTTP::CookieJar: api=1 q="ab"
http-cookie: api=1 q=ab
TXT
cmp expected seen && echo "as described"
