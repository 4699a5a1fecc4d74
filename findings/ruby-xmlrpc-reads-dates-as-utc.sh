#!/bin/sh
# ruby-xmlrpc 0.3.2 (Debian 12): it writes a time in its own zone and reads the same text as UTC.
#
# A dateTime.iso8601 has no zone, so two programs have to agree on one. This library does not agree with itself: a Time is written
# with the hour of the clock on the wall, of whatever zone the object has, and to_time of what it reads is in UTC. In Paris a
# moment of July comes back two hours later. A DateTime with an offset loses it in the same way. A text with Z or with an
# offset is read correctly, but never written.
#
# Guessed before the run: to_time gives the moment that was written, in local time (missed).
# Seen on 2026-11-30 with Ruby 3.1.2, in the zone Europe/Paris, for 2009-07-01T10:00:00Z:
#   Time: writes 20090701T12:00:00, reads 12:00 UTC
#   DateTime +09:00: writes 20090701T19:00:00, reads 19:00 UTC
#   Time in UTC: writes 20090701T10:00:00, reads 10:00 UTC
# What follows for a program: call utc before the time is sent, and agree on UTC with the server. For a server: send moments as
# numbers.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq ruby-xmlrpc=0.3.2-2 2> log
dpkg-deb -x ruby-xmlrpc_*.deb root
cat > dates.rb <<'RB'
require 'date'
require 'xmlrpc/client'

moment = Time.utc(2009, 7, 1, 10)
times = {
  'Time' => moment.getlocal,
  'DateTime +09:00' => moment.to_datetime.new_offset('+09:00'),
  'Time in UTC' => moment,
}
times.each do |name, time|
  answer = XMLRPC::Create.new.methodResponse(true, time)
  _, read = XMLRPC::XMLParser::REXMLStreamParser.new.parseMethodResponse(answer)
  puts "#{name}: writes #{answer[/iso8601>([^<]*)/, 1]}, reads #{read.to_time.strftime('%H:%M %Z')}"
end
RB
TZ=Europe/Paris ruby -I root/usr/lib/ruby/vendor_ruby dates.rb | tee seen
cat > expected <<'TXT'
Time: writes 20090701T12:00:00, reads 12:00 UTC
DateTime +09:00: writes 20090701T19:00:00, reads 19:00 UTC
Time in UTC: writes 20090701T10:00:00, reads 10:00 UTC
TXT
cmp expected seen && echo "as described"
