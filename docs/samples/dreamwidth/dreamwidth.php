<?php
// Signs a person in through the Dreamwidth dialect: the flat protocol, with a challenge and an API key.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_API_KEY, which the person
// creates at /account/keys.

function fail(string $message): never
{
    fwrite(STDERR, "$message\n");
    exit(1);
}

function variable(string $name): string
{
    return getenv($name) ?: fail("Set $name.");
}

// Performs a mode of the flat protocol. The answer has the names on odd lines, each followed by its value.
function call(string $mode, array $fields = []): array
{
    $request = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => 'Content-Type: application/x-www-form-urlencoded',
        'content' => http_build_query($fields + ['mode' => $mode]),
    ]]);
    $text = file_get_contents(variable('TOKENAUTH_URL') . '/interface/flat', false, $request) ?: fail('No answer.');
    $answer = array_column(array_chunk(explode("\n", rtrim($text)), 2), 1, 0);
    if ($answer['success'] !== 'OK') {
        // The flat protocol has messages without numbers.
        fail("Error: {$answer['errmsg']}");
    }
    return $answer;
}

$login = variable('TOKENAUTH_LOGIN');
// A challenge is good for one attempt, within 60 seconds. The key itself is never sent.
$challenge = call('getchallenge')['challenge'];
$session = call('sessiongenerate', [
    'user' => $login,
    'auth_method' => 'challenge',
    'auth_challenge' => $challenge,
    'auth_response' => md5($challenge . md5(variable('TOKENAUTH_API_KEY'))),
    'expiration' => 'short', // 24 hours; 'long' is 30 days
]);

// Web pages take the session as the cookie ljsession.
$cookie = $session['ljsession'];
echo "Signed in: $login. The cookie ljsession has " . strlen($cookie) . " characters.\n";
