#!/bin/bash
# XML::RPC::Fast 0.8 and Frontier::RPC2 0.07b4 (Debian 12): a program reads every boolean of an answer as true.
#
# Both give an object for <boolean>0</boolean>, and an object is true in Perl, whatever is in it. Frontier's has the method
# "value". XML::RPC::Fast decodes a type "bool", which the specification does not have, and wraps "boolean" as an unknown type:
# a reference to the text. RPC::XML and XMLRPC::Lite give 0. XML::RPC::Fast also sends a text of digits as a number without its
# leading zeros: the password 0123 arrives as 123, where RPC::XML, XMLRPC::Lite and Frontier keep 0123.
#
# Guessed before the run: all four give 0 (missed for two); all four keep the digits (missed for XML::RPC::Fast).
# Seen on 2026-11-30 with Perl 5.36.0:
#   XML::RPC::Fast: false is read as true, 0123 is sent as 123
#   Frontier::RPC2: false is read as true, 0123 is sent as 0123
#   RPC::XML: false is read as false, 0123 is sent as 0123
#   XMLRPC::Lite: false is read as false, 0123 is sent as 0123
# What follows for a program: ask for $answer->value (Frontier) or $$answer (XML::RPC::Fast). For a server: do not answer a
# refusal with a false boolean alone; a fault stops these programs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq libxml-rpc-fast-perl=0.8-2 libfrontier-rpc-perl=0.07b4-7.1 librpc-xml-perl=0.82-1 \
  libxmlrpc-lite-perl=0.717-5 libsoap-lite-perl=1.27-3 libxml-libxml-perl libxml-sax-perl libxml-sax-base-perl \
  libxml-namespacesupport-perl libxml-hash-lx-perl libxml-parser-perl libwww-perl libhttp-message-perl libhttp-date-perl \
  liburi-perl libio-socket-ssl-perl libio-sessiondata-perl libclass-inspector-perl libtask-weaken-perl libxml2 libicu72 2> log
for package in *.deb; do dpkg-deb -x "$package" root; done
export PERL5LIB=$work/root/usr/share/perl5:$(echo "$work"/root/usr/lib/*/perl5/5.*)
export LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
cat > values.pl <<'PL'
use strict;
use Frontier::RPC2;
use RPC::XML;
use RPC::XML::ParserFactory;
use XML::RPC::Enc::LibXML;
use XML::RPC::Fast;
use XMLRPC::Lite;

my $answer = '<methodResponse><params><param><value><boolean>0</boolean></value></param></params></methodResponse>';
my @clients = (
    ['XML::RPC::Fast', sub { (XML::RPC::Enc::LibXML->new->decode(shift))[0] },
        sub { XML::RPC::Enc::LibXML->new->request('m', shift) }],
    ['Frontier::RPC2', sub { Frontier::RPC2->new->decode(shift)->{value}[0] },
        sub { Frontier::RPC2->new->encode_call('m', shift) }],
    ['RPC::XML', sub { RPC::XML::ParserFactory->new->parse(shift)->value->value },
        sub { RPC::XML::request->new('m', shift)->as_string }],
    ['XMLRPC::Lite', sub { XMLRPC::Deserializer->deserialize(shift)->result },
        sub { XMLRPC::Serializer->new->envelope(method => 'm', shift) }],
);
for (@clients) {
    my ($name, $read, $send) = @$_;
    my ($sent) = $send->('0123') =~ m{<value>\s*<[\w.]+>([^<]*)};
    print "$name: false is read as ", $read->($answer) ? 'true' : 'false', ", 0123 is sent as $sent\n";
}
PL
perl values.pl | tee seen
cat > expected <<'TXT'
XML::RPC::Fast: false is read as true, 0123 is sent as 123
Frontier::RPC2: false is read as true, 0123 is sent as 0123
RPC::XML: false is read as false, 0123 is sent as 0123
XMLRPC::Lite: false is read as false, 0123 is sent as 0123
TXT
cmp expected seen && echo "as described"
