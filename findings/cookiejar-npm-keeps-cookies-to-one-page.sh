#!/bin/sh
# cookiejar 2.1.4 (npm; the jar of superagent 10.3.0): a cookie without Path goes back to the page that set it only.
#
# RFC 6265, section 5.1.4, takes the folder of the page as the path: a cookie that /user/login sets without Path is sent to all
# of /user/. superagent gives its jar the whole path, and the jar keeps it, so the cookie goes to /user/login and below it.
# A program signs in, is told so, and is a stranger on the next page. superagent 10.4.2 gives its jar the folder. Both ignore
# Max-Age: "Max-Age=0" deletes nothing.
#
# Guessed before the run: the cookie goes to the whole folder, and Max-Age=0 deletes (both missed).
# Seen on 2026-11-30 with Node.js 20.20.2:
#   superagent 10.3.0: /user/login a=1; b=, /user/me b=
#   superagent 10.4.2: /user/login a=1; b=, /user/me a=1; b=
#   tough-cookie: /user/login a=1, /user/me a=1
# What follows for a server: name the Path in each cookie, and delete with a past Expires.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y > log
npm install --no-audit --no-fund --silent superagent@10.3.0 newer@npm:superagent@10.4.2 cookiejar@2.1.4 tough-cookie@6.1.0 \
  > log 2>&1
cat > jars.js <<'JS'
const http = require('http');
const { CookieJar } = require('tough-cookie');

const cookies = ['a=1', 'b=1; Path=/', 'b=; Path=/; Max-Age=0'];
const server = http.createServer((request, answer) => {
  if (request.method === 'POST')
    answer.setHeader('Set-Cookie', cookies);
  answer.end(JSON.stringify({ cookie: request.headers.cookie }));
});
server.listen(0, '127.0.0.1', async () => {
  const site = `http://127.0.0.1:${server.address().port}`;
  const older = require('superagent').agent();
  const newer = require('newer').agent();
  const jar = new CookieJar();
  await older.post(`${site}/user/login`);
  await newer.post(`${site}/user/login`);
  for (const cookie of cookies)
    await jar.setCookie(cookie, `${site}/user/login`);
  const sent = { 'superagent 10.3.0': [], 'superagent 10.4.2': [], 'tough-cookie': [] };
  for (const page of ['/user/login', '/user/me']) {
    sent['superagent 10.3.0'].push(`${page} ${JSON.parse((await older.get(site + page)).text).cookie}`);
    sent['superagent 10.4.2'].push(`${page} ${JSON.parse((await newer.get(site + page)).text).cookie}`);
    sent['tough-cookie'].push(`${page} ${await jar.getCookieString(site + page)}`);
  }
  for (const name in sent)
    console.log(`${name}: ${sent[name].join(', ')}`);
  server.close();
});
JS
node jars.js | tee seen
cat > expected <<'TXT'
superagent 10.3.0: /user/login a=1; b=, /user/me b=
superagent 10.4.2: /user/login a=1; b=, /user/me a=1; b=
tough-cookie: /user/login a=1, /user/me a=1
TXT
cmp expected seen && echo "as described"
