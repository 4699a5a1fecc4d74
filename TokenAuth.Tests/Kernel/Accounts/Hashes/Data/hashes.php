<?php
// Writes test vectors made by PHP, one JSON object a line: php hashes.php
// The formulas of forum software are those of docs/migrating.md, in PHP's own functions.
$by = 'PHP ' . PHP_VERSION;
$umlaut = "p\u{e4}ssw\u{f6}rd";
$latin1 = mb_convert_encoding($umlaut, 'Windows-1252', 'UTF-8');
$euro = "100 \u{20ac}";
$russian = "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}";
$signs = "a&b <script>\"it's\" \$5! c:\\d";
function put($password, $hash, $scheme = '', $salt = '', $weak = false, $by = null) {
    echo json_encode(['by' => $by ?? $GLOBALS['by'], 'password' => $password, 'scheme' => $scheme, 'hash' => $hash,
        'salt' => $salt, 'weak' => $weak], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
}
foreach (['correct horse', $umlaut, $signs, str_repeat('0123456789', 8)] as $password)
    put($password, password_hash($password, PASSWORD_BCRYPT, ['cost' => 4]));
put($umlaut, crypt($umlaut, '$2a$04$abcdefghijklmnopqrstuu'));
put($umlaut, crypt($umlaut, '$2x$04$abcdefghijklmnopqrstuu'));
put($russian, crypt($russian, '$2x$05$ABCDEFGHIJKLMNOPQRSTUu'));
put('correct horse', crypt('correct horse', '$2x$04$abcdefghijklmnopqrstuu'));
foreach ([PASSWORD_ARGON2I, PASSWORD_ARGON2ID] as $type)
    put($umlaut, password_hash($umlaut, $type, ['memory_cost' => 256, 'time_cost' => 3, 'threads' => 1]));
foreach (['$1$saltsalt$' => true, '$5$saltsalt$' => false, '$5$rounds=1000$salt$' => false, '$6$saltsalt$' => false,
    '$6$rounds=1234$saltsaltsaltsalt$' => false] as $setting => $weak)
    put($umlaut, crypt($umlaut, $setting), weak: $weak);
put($signs, '$wp' . password_hash(base64_encode(hash_hmac('sha384', $signs, 'wp-sha384', true)), PASSWORD_BCRYPT,
    ['cost' => 4]));

foreach ([$umlaut, $signs] as $password) {
    put($password, md5($password), 'md5', weak: true);
    put($password, sha1($password), 'sha1', weak: true);
    put($password, md5($password . '3f9a71c2'), 'md5', '3f9a71c2', true);
    put($password, md5(md5($password) . "k~'"), 'vbulletin', "k~'", true);
    put($password, md5(md5($password) . 'ab cd$"') . ' ab cd$"', 'vbulletin', '', true);
    put($password, password_hash(md5($password), PASSWORD_BCRYPT, ['cost' => 4]), 'vbulletin');
    put($password, sha1(strtolower('Ann_Lee') . $password), 'smf', 'Ann_Lee', true);
    put($password, password_hash(strtolower('Ann_Lee') . $password, PASSWORD_BCRYPT, ['cost' => 4]), 'smf', 'Ann_Lee');
    put($password, md5($password), 'phpbb', weak: true);
    put($password, password_hash(htmlspecialchars($password, ENT_COMPAT, 'UTF-8'), PASSWORD_BCRYPT, ['cost' => 4]),
        'phpbb');
    put($password, password_hash($password, PASSWORD_BCRYPT, ['cost' => 4]), 'ipb', 'abcdefghijklmnopqrstuu');
}
$invision = str_replace(['&', '<script', '>', '<', '"', '$', '!', "'", '\\'],
    ['&amp;', '&#60;script', '&gt;', '&lt;', '&quot;', '&#036;', '&#33;', '&#39;', '&#092;'], $signs);
put($signs, md5(md5('x}@Z1') . md5($invision)), 'ipb', 'x}@Z1', true);
put($umlaut, md5(md5('x}@Z1') . md5($latin1)), 'ipb', 'x}@Z1', true);
put($umlaut, md5($latin1), 'md5', weak: true);
put($umlaut, md5($latin1), 'phpbb', weak: true);
put($umlaut, md5(md5($latin1) . 'abc'), 'vbulletin', 'abc', true);
put($euro, md5(md5("100 \x80") . 'abc'), 'vbulletin', 'abc', true);
put($russian, md5(md5(mb_encode_numericentity($russian, [0x100, 0xffff, 0, 0xffff])) . 'abc'), 'vbulletin', 'abc', true);
