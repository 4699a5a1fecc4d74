#!/bin/bash
# packaging/test.sh [OLD.deb NEW.deb]
#
# Installs the Debian package in a clean root, starts the server as the service does, signs in, upgrades from an older
# version, removes and purges. Without arguments it builds both packages. Needs root, for the chroot. There is no
# systemd in the root; what the package asks of it is recorded by a script in its place.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "test.sh: needs root" >&2; exit 1; }

missing=()
command -v mmdebstrap > /dev/null || missing+=(mmdebstrap)
command -v curl > /dev/null || missing+=(curl)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

work=$PWD/artifacts/package-test
rm -rf "$work"
mkdir -p "$work"
if [ $# -eq 2 ]; then
  old=$(realpath "$1") new=$(realpath "$2")
else
  # The commit before, unless it had no package yet.
  before=HEAD
  ! git cat-file -e HEAD~1:packaging/build.sh 2> /dev/null || before=HEAD~1
  packaging/build.sh --rid linux-x64 --out "$work/old" --commit "$before" --version 0.0.1
  packaging/build.sh --rid linux-x64 --out "$work/new"
  old=$(ls "$work"/old/*.deb) new=$(ls "$work"/new/*.deb)
fi

step() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; [ ! -f "$root/systemctl.log" ] || sed "s/^/systemctl /" "$root/systemctl.log" >&2; exit 1; }
expect() { # what is wanted, then what is there
  [ "$1" = "$2" ] || fail "expected '$1' and found '$2'"
}

root=$work/root server=
finish() {
  [ -z "$server" ] || kill "$server" 2> /dev/null || true
  umount "$root/proc" 2> /dev/null || true
  rm -rf "$root"
}
trap finish EXIT

step "a clean root"
read -r mirror suite < <(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Component: main' \
  | grep -v -e security -e updates -e backports | head -n 1)
mmdebstrap --quiet --variant=minbase --mode=root "$suite" "$root" "$mirror"
mount -t proc proc "$root/proc"
mkdir -p "$root/run/systemd/system"
cat > "$root/usr/bin/systemctl" <<'EOF'
#!/bin/sh
echo "$*" >> /systemctl.log
case "$*" in
*is-enabled*) echo enabled ;;
*is-active*) [ -e /active ] ;;
esac
EOF
chmod 0755 "$root/usr/bin/systemctl"
cp "$old" "$root/old.deb"
cp "$new" "$root/new.deb"

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
asked() { grep -c -- "$1" "$root/systemctl.log" || true; }

port=$((20000 + RANDOM % 10000))
address=http://127.0.0.1:$port
start() { # as the unit does: its user, its environment, no privileges
  chroot "$root" setpriv --reuid=tokenauth --regid=tokenauth --init-groups --no-new-privs --bounding-set=-all \
    --inh-caps=-all env -i PATH=/usr/bin:/bin TOKENAUTH_CONFIG=/etc/tokenauth/appsettings.json \
    ASPNETCORE_URLS="$address" /usr/lib/tokenauth/tokenauth serve > "$work/server.log" 2>&1 &
  server=$!
  touch "$root/active"
  for _ in $(seq 100); do
    ! curl -sf --noproxy '*' "$address/health/ready" > /dev/null || return 0
    kill -0 "$server" 2> /dev/null || fail "the server ended: $(cat "$work/server.log")"
    sleep 0.1
  done
  fail "the server is not ready: $(cat "$work/server.log")"
}
stop() {
  kill "$server"
  wait "$server" || fail "the server ended with $?: $(cat "$work/server.log")"
  server=
}
check() { curl -sf --noproxy '*' "$address/api/json/peopleaggregator/checkToken" --get --data-urlencode "authToken=$1"; }

step "install the older version"
inside apt-get update -q > /dev/null
inside apt-get install -q -y --no-install-recommends ./old.deb > "$work/install.log" 2>&1 || fail "$(cat "$work/install.log")"
expect "tokenauth tokenauth 700" "$(inside stat -c '%U %G %a' /var/lib/tokenauth)"
expect "root tokenauth 640" "$(inside stat -c '%U %G %a' /etc/tokenauth/appsettings.json)"
expect 1 "$(asked ' start .*tokenauth.service')"
expect "1 " "$(inside tokenauth app list > /dev/null 2> "$work/error" || echo "$? ")"
expect "TokenAuth:DataDirectory: there is no store at /var/lib/tokenauth/tokenauth.db" "$(cat "$work/error")"

grep -q tokenauth "$root/usr/share/bash-completion/completions/tokenauth" || fail "there is no completion"

step "start, make an account, sign in"
password='correct horse battery staple'
start
printf '%s\n' "$password" | inside tokenauth account add alice --email alice@example.org --password-stdin
expect "tokenauth 600" "$(inside stat -c '%U %a' /var/lib/tokenauth/tokenauth.db)"
token=$(curl -sf --noproxy '*' "$address/api/json/peopleaggregator/login" -d login=alice \
  --data-urlencode "password=$password" | sed -n 's/.*"authToken":"\([^"]*\)".*/\1/p')
check "$token" | grep -q '"success":true' || fail "the token is not good"
jar=$work/cookies
form=$(curl -sf --noproxy '*' -c "$jar" "$address/signin")
field=$(sed -n 's/.*name="__RequestVerificationToken"[^>]*value="\([^"]*\)".*/\1/p' <<< "$form" | head -n 1)
names=$(grep -o 'name="[^"]*"' <<< "$form" | sed 's/name="\(.*\)"/\1/')
login=$(grep -i login <<< "$names" | head -n 1) secret=$(grep -i password <<< "$names" | head -n 1)
status=$(curl -s --noproxy '*' -b "$jar" -c "$jar" -o /dev/null -w '%{http_code}' "$address/signin" \
  --data-urlencode "$login=alice" --data-urlencode "$secret=$password" \
  --data-urlencode "__RequestVerificationToken=$field")
expect 302 "$status"
curl -sf --noproxy '*' -b "$jar" "$address/account" | grep -qi alice || fail "the page does not know alice"
for file in css/site.css icon.svg; do
  [ "$(curl -sf --noproxy '*' "$address/$file" | wc -c)" -gt 100 ] || fail "$file is empty"
done

step "upgrade"
sed -i 's|// "Proxies"|// mine: "Proxies"|' "$root/etc/tokenauth/appsettings.json"
inside apt-get install -q -y --no-install-recommends ./new.deb > "$work/install.log" 2>&1 || fail "$(cat "$work/install.log")"
expect 1 "$(asked ' restart .*tokenauth.service')"
expect 0 "$(asked 'stop tokenauth')"
check "$token" | grep -q '"success":true' || fail "the server stopped while its files were replaced"
stop
start
check "$token" | grep -q '"success":true' || fail "the session is gone"
curl -sf --noproxy '*' -b "$jar" "$address/account" | grep -qi alice || fail "the browser's session is gone"
expect "The store is in order." "$(inside tokenauth db check)"
grep -q 'mine:' "$root/etc/tokenauth/appsettings.json" || fail "the operator's configuration is gone"
expect "$(dpkg-deb -f "$new" Version)" "$(inside dpkg-query -W -f '${Version}' tokenauth)"
stop

step "remove and purge"
inside apt-get remove -q -y tokenauth > "$work/install.log" 2>&1 || fail "$(cat "$work/install.log")"
expect 1 "$(asked 'stop tokenauth.service')"
[ -f "$root/var/lib/tokenauth/tokenauth.db" ] || fail "the store is gone"
[ -f "$root/etc/tokenauth/appsettings.json" ] || fail "the configuration is gone"
[ ! -e "$root/usr/lib/tokenauth" ] || fail "the program is still there"
inside apt-get purge -q -y tokenauth > "$work/install.log" 2>&1 || fail "$(cat "$work/install.log")"
[ ! -e "$root/var/lib/tokenauth" ] && [ ! -e "$root/etc/tokenauth" ] || fail "a purge left data"
inside getent passwd tokenauth > /dev/null || fail "the user is gone"

echo "The package is in order."
