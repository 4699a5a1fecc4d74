#!/bin/sh
# PHP::Serialization 0.34 (Debian 12, libphp-serialization-perl): it cannot read a fraction that PHP writes with an exponent, and
# writes texts that look like numbers as numbers.
#
# PHP writes a fraction below 0.0001 or from 1.0E+17 on with an exponent, and INF by that name. One such value makes the whole
# text unreadable for PHP::Serialization: it dies. In the other direction the text "1.50" becomes the fraction 1.5, "2009" a number,
# and "12" with a line break the number 12, so that PHP's === and is_string() say something else; "0123" stays a text. A number
# beyond nine digits and a fraction with an exponent become texts.
#
# Guessed before the run: it reads whatever PHP writes, and texts stay texts (both missed).
# Seen on 2026-11-30 with Perl 5.36.0 and PHP 8.2:
#   reads a:1:{s:1:"a";d:0.001;}: 0.001
#   reads a:1:{s:1:"a";d:1.0E-5;}: ERROR: Wrong char E, expected ; at position 19
#   reads a:1:{s:1:"a";d:1.0E+25;}: ERROR: Wrong char E, expected ; at position 19
#   reads a:1:{s:1:"a";d:INF;}: ERROR: Wrong char I, expected ; at position 16
#   writes 0123 as s:4:"0123"; which PHP reads as '0123'
#   writes 2009 as i:2009; which PHP reads as 2009
#   writes 1.50 as d:1.50; which PHP reads as 1.5
#   writes 12\n as i:12; which PHP reads as 12
#   writes 1e-05 as s:5:"1e-05"; which PHP reads as '1e-05'
# What follows for a server: write numbers of its answers as whole numbers or texts. For a program: compare with == in PHP.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq libphp-serialization-perl=0.34-4 php8.2-cli libargon2-1 libsodium23 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
PERL5LIB=$work/root/usr/share/perl5
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export PERL5LIB LD_LIBRARY_PATH
cat > write.php <<'PHP'
<?php
foreach ([0.001, 0.00001, 1e25, INF] as $value)
    echo serialize(['a' => $value]), "\n";
PHP
cat > read.pl <<'PL'
use strict;
use PHP::Serialization qw(unserialize);
while (<STDIN>) {
    chomp;
    my $read = eval { unserialize($_)->{a} } // $@;
    $read =~ s/ \(.*//s;
    print "reads $_: $read\n";
}
PL
cat > write.pl <<'PL'
use strict;
use PHP::Serialization qw(serialize);
for ('0123', '2009', '1.50', "12\n", 0.00001) {
    my $shown = s/\n/\\n/r;
    print "$shown ", serialize($_), "\n";
}
PL
cat > read.php <<'PHP'
<?php
while (($line = fgets(STDIN)) !== false) {
    [$text, $written] = explode(' ', trim($line), 2);
    echo "writes $text as $written which PHP reads as ", var_export(unserialize($written), true), "\n";
}
PHP
{
  root/usr/bin/php8.2 -n write.php | perl read.pl
  perl write.pl | root/usr/bin/php8.2 -n read.php
} | tee seen
cat > expected <<'TXT'
reads a:1:{s:1:"a";d:0.001;}: 0.001
reads a:1:{s:1:"a";d:1.0E-5;}: ERROR: Wrong char E, expected ; at position 19
reads a:1:{s:1:"a";d:1.0E+25;}: ERROR: Wrong char E, expected ; at position 19
reads a:1:{s:1:"a";d:INF;}: ERROR: Wrong char I, expected ; at position 16
writes 0123 as s:4:"0123"; which PHP reads as '0123'
writes 2009 as i:2009; which PHP reads as 2009
writes 1.50 as d:1.50; which PHP reads as 1.5
writes 12\n as i:12; which PHP reads as 12
writes 1e-05 as s:5:"1e-05"; which PHP reads as '1e-05'
TXT
cmp expected seen && echo "as described"
