<?php
// Signs a person in through the MediaPost dialect and asks who it is.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.

function fail(string $message): never
{
    fwrite(STDERR, "$message\n");
    exit(1);
}

function variable(string $name): string
{
    return getenv($name) ?: fail("Set $name.");
}

// Calls a method, signed with the secret, and returns its result.
function call(string $method, string $secret, array $parameters = []): mixed
{
    $parameters += ['api_key' => variable('TOKENAUTH_KEY'), 'format' => 'json', 'method' => $method];
    // The signature is the MD5 of name=value, sorted by name and joined, then the secret.
    ksort($parameters);
    $text = '';
    foreach ($parameters as $name => $value) {
        $text .= "$name=$value";
    }
    $parameters['sig'] = md5($text . $secret);

    $request = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => 'Content-Type: application/x-www-form-urlencoded',
        'content' => http_build_query($parameters),
    ]]);
    $answer = file_get_contents(variable('TOKENAUTH_URL') . '/api.php', false, $request);
    $result = json_decode($answer ?: fail('No answer.'), true);
    if (isset($result['error_code'])) {
        fail("Error {$result['error_code']}: {$result['error_msg']}");
    }
    return $result;
}

$secret = variable('TOKENAUTH_SECRET');
$token = call('auth.createToken', $secret);
$link = http_build_query(['api_key' => variable('TOKENAUTH_KEY'), 'v' => '1.0', 'auth_token' => $token]);
echo "Open this address, allow the application, then press Enter:\n";
echo variable('TOKENAUTH_URL') . "/login.php?$link\n";
fgets(STDIN);

$session = call('auth.getSession', $secret, ['auth_token' => $token]);
// A desktop application gets a secret with the session, and signs the session's calls with it.
$user = call('users.getLoggedInUser', $session['secret'] ?? $secret, ['session_key' => $session['session_key']]);
echo "Signed in: user $user\n";
