#!/bin/sh
# Writes test vectors made by Perl, OpenSSL and Apache, one JSON object a line: sh hashes.sh
perl='Perl '$(perl -e 'printf "%vd", $^V')
openssl=$(openssl version | cut -d' ' -f1,2)
apache=$(dpkg-query -W -f 'htpasswd ${Version}' apache2-utils)
put() {
    printf '{"by":"%s","password":"p\303\244ssw\303\266rd","scheme":"","hash":"%s","salt":"","weak":%s}\n' "$1" "$2" "$3"
}
password=$(printf 'p\303\244ssw\303\266rd')
for setting in '$1$abcdefgh$' '$5$abcdefghijklmnop$' '$6$rounds=1001$abcdefghijklmnop$' '$2b$04$abcdefghijklmnopqrstuu'; do
    case $setting in '$1'*) weak=true;; *) weak=false;; esac
    put "$perl" "$(perl -e 'print crypt($ARGV[0], $ARGV[1])' "$password" "$setting")" $weak
done
for form in -1 -apr1; do put "$openssl" "$(openssl passwd $form "$password")" true; done
for form in -5 -6; do put "$openssl" "$(openssl passwd $form "$password")" false; done
put "$apache" "$(htpasswd -nbm ann "$password" | head -1 | cut -d: -f2)" true
put "$apache" "$(htpasswd -nbB -C 4 ann "$password" | head -1 | cut -d: -f2)" false

# Dreamwidth's module.
by='Authen::Passphrase '$(perl -MAuthen::Passphrase -e 'print $Authen::Passphrase::VERSION')
put "$by" "$(perl -MAuthen::Passphrase::BlowfishCrypt -e 'print Authen::Passphrase::BlowfishCrypt->new(
    cost => 4, salt_random => 1, passphrase => $ARGV[0])->as_crypt' "$password")" false
