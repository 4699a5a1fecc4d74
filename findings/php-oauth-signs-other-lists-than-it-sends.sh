#!/bin/sh
# oauth 2.0.7 (PECL; Debian 12, php8.2-oauth): of a name that stands twice in the address, only the last value is signed; and a
# list in the body is sorted, in the program's own variable, too.
#
# RFC 5849, section 3.4.1.3.1, signs each pair. fetch() reads the address as PHP reads a query, where a later value replaces
# an earlier one, so l=9&l=10 is signed as l=10 and sent whole. If the name stands in the body as well, the address's value alone
# is signed. A list in the body is signed and sent, but in the order of the signature: 9, 10 arrives as 10, 9. After the
# call the caller's array holds that order, as texts.
#
# Guessed before the run: each pair is signed (missed for the address); a list keeps its order (missed); the caller's array is
# not touched (taken for granted, missed).
# Seen on 2026-11-30 with PHP 8.2:
#   POST ?l=9&l=10 {}: signs l=10
#   POST ?l[]=9&l[]=10 {}: signs l[]=10
#   POST ?l=9 {"l":10}: signs l=9, body l=10
#   POST  {"l":[9,10]}: signs l=10&l=9, body l=10&l=9, array is now {"l":["10","9"]}
# What follows: send a repeated name in the body only, and give fetch() a copy. A server has to refuse the others, because one
# of the values is not signed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq php8.2-oauth=2.0.7+1.2.3-16 php8.2-cli libargon2-1 libsodium23 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
cat > lists.php <<'PHP'
<?php
$oauth = new OAuth('k', 's', OAUTH_SIG_METHOD_HMACSHA1);
$oauth->setToken('t', 'u');
$oauth->enableDebug();
$oauth->setRequestEngine(OAUTH_REQENGINE_STREAMS);
foreach ([['?l=9&l=10', []], ['?l%5B%5D=9&l%5B%5D=10', []], ['?l=9', ['l' => 10]], ['', ['l' => [9, 10]]]] as [$query, $body]) {
    $before = json_encode($body ?: new stdClass);
    try {
        // Nobody listens there: the call is signed and fails.
        @$oauth->fetch("http://127.0.0.1:9/x$query", $body, OAUTH_HTTP_METHOD_POST);
    } catch (OAuthException) {
    }
    $signed = array_filter(
        explode('&', urldecode(explode('&', $oauth->debugInfo['sbs'])[2])), fn ($pair) => !str_starts_with($pair, 'oauth_'));
    echo 'POST ', urldecode($query), " $before: signs ", urldecode(implode('&', $signed));
    if (isset($oauth->debugInfo['body_sent']))
        echo ', body ', $oauth->debugInfo['body_sent'];
    if (is_array($body['l'] ?? null))
        echo ', array is now ', json_encode($body);
    echo "\n";
}
PHP
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
root/usr/bin/php8.2 -n -d extension="$work/root/usr/lib/php/20220829/oauth.so" lists.php | tee seen
cat > expected <<'TXT'
POST ?l=9&l=10 {}: signs l=10
POST ?l[]=9&l[]=10 {}: signs l[]=10
POST ?l=9 {"l":10}: signs l=9, body l=10
POST  {"l":[9,10]}: signs l=10&l=9, body l=10&l=9, array is now {"l":["10","9"]}
TXT
cmp expected seen && echo "as described"
