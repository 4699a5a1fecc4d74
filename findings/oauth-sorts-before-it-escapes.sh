#!/bin/sh
# ruby-oauth 0.5.4 and PECL oauth 2.0.7 (Debian 12): parameters are sorted before they are percent-encoded.
#
# RFC 5849, section 3.4.1.3.2, encodes names and values first and sorts the results. The order differs whenever a character
# that is encoded meets one that is not, because "%" is less than every letter and digit: "photo[]" (photo%5B%5D) comes before
# "photo1", and the tag "été" (%C3%A9...) before the tag "zoo". These two libraries sort the texts themselves, where it is the
# other way round. A server that follows the RFC refuses such calls and takes all others of the same program. oauthlib 3.2.2 and
# WWW::OAuth 1.000 follow the RFC.
#
# Guessed before the run: all four encode first (missed for two).
# Seen on 2026-11-30 with Ruby 3.1.2, PHP 8.2, Python 3.11.2 and Perl 5.36.0:
#   ruby-oauth: photo1 photo[], zoo été
#   PECL oauth: photo1 photo[], zoo été
#   oauthlib: photo[] photo1, été zoo
#   WWW::OAuth: photo[] photo1, été zoo
# What follows for a program: use names of letters and digits, and send no name twice. For a server: compare with this order, too.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq ruby-oauth=0.5.4-1.1 php8.2-oauth=2.0.7+1.2.3-16 php8.2-cli libargon2-1 libsodium23 python3-oauthlib=3.2.2-1 \
  libwww-oauth-perl=1.000-2 libclass-tiny-chained-perl libclass-tiny-perl libmodule-runtime-perl librole-tiny-perl liburi-perl \
  libwww-form-urlencoded-perl libhttp-message-perl libhttp-date-perl libio-html-perl libencode-locale-perl \
  liblwp-mediatypes-perl 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
# Each program prints the names that it signs and, for a name with two values, the values.
cat > sign.rb <<'RB'
require 'net/http'
require 'oauth'
require 'oauth/client/net_http'

order = [{ 'photo1' => '1', 'photo[]' => '2' }, { 'tag' => ['zoo', 'été'] }].map do |form|
  http = Net::HTTP.new('a.example', 80)
  request = Net::HTTP::Post.new('/x')
  request.set_form_data(form)
  request.signature_base_string(http, OAuth::Consumer.new('k', 's', site: 'http://a.example'), OAuth::Token.new('t', 'u'))
end
puts order
RB
cat > sign.php <<'PHP'
<?php
$oauth = new OAuth('k', 's', OAUTH_SIG_METHOD_HMACSHA1);
$oauth->setToken('t', 'u');
$oauth->enableDebug();
$oauth->setRequestEngine(OAUTH_REQENGINE_STREAMS);
foreach ([['photo1' => '1', 'photo[]' => '2'], ['tag' => ['zoo', 'été']]] as $form) {
    try {
        // Nobody listens there: the call is signed and fails.
        @$oauth->fetch('http://127.0.0.1:9/x', $form, OAUTH_HTTP_METHOD_POST);
    } catch (OAuthException) {
    }
    echo $oauth->debugInfo['sbs'], "\n";
}
PHP
cat > sign.py <<'PY'
import sys
sys.path.insert(0, "root/usr/lib/python3/dist-packages")
from urllib.parse import urlencode
from oauthlib.oauth1.rfc5849 import signature

for form in [("photo1", "1"), ("photo[]", "2")], [("tag", "zoo"), ("tag", "été")]:
    pairs = signature.collect_parameters(body=urlencode(form))
    print(signature.signature_base_string("POST", "http://a.example/x", signature.normalize_parameters(pairs)))
PY
cat > sign.pl <<'PL'
use strict;
use HTTP::Request::Common;
use WWW::OAuth;

my $text;
my $oauth = WWW::OAuth->new(client_id => 'k', client_secret => 's', token => 't', token_secret => 'u',
    signature_method => 'RSA-SHA1', signer => sub { $text = shift; 'none' });
for ([ photo1 => 1, 'photo[]' => 2 ], [ tag => 'zoo', tag => 'été' ]) {
    $oauth->authorization_header(POST('http://a.example/x', $_));
    print "$text\n";
}
PL
cat > show.py <<'PY'
import sys
from urllib.parse import unquote

orders = []
for line in sys.stdin:
    pairs = [pair.split("=") for pair in unquote(line.strip().split("&")[2]).split("&") if not pair.startswith("oauth_")]
    orders.append(" ".join(unquote(name if name.startswith("photo") else value) for name, value in pairs))
print(f"{sys.argv[1]}: {', '.join(orders)}")
PY
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
PERL5LIB=$work/root/usr/share/perl5
PYTHONIOENCODING=utf-8
LC_ALL=C.UTF-8
export LD_LIBRARY_PATH PERL5LIB PYTHONIOENCODING LC_ALL
{
  ruby -I root/usr/lib/ruby/vendor_ruby sign.rb | /usr/bin/python3 show.py ruby-oauth
  root/usr/bin/php8.2 -n -d extension="$work/root/usr/lib/php/20220829/oauth.so" sign.php | /usr/bin/python3 show.py "PECL oauth"
  /usr/bin/python3 sign.py | /usr/bin/python3 show.py oauthlib
  perl sign.pl | /usr/bin/python3 show.py WWW::OAuth
} | tee seen
cat > expected <<'TXT'
ruby-oauth: photo1 photo[], zoo été
PECL oauth: photo1 photo[], zoo été
oauthlib: photo[] photo1, été zoo
WWW::OAuth: photo[] photo1, été zoo
TXT
cmp expected seen && echo "as described"
