<?php
// Signs a person in through the ipernity dialect and asks whose token it is.
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

// Adds api_sig: the MD5 of the names and values, sorted by name and joined, then the method, then the secret.
function sign(array $parameters, string $method = ''): array
{
    ksort($parameters);
    $text = '';
    foreach ($parameters as $name => $value) {
        $text .= $name . $value;
    }
    return $parameters + ['api_sig' => md5($text . $method . variable('TOKENAUTH_SECRET'))];
}

// Calls a method and returns its answer.
function call(string $method, array $parameters = []): array
{
    $request = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => 'Content-Type: application/x-www-form-urlencoded',
        'content' => http_build_query(sign($parameters + ['api_key' => variable('TOKENAUTH_KEY')], $method)),
    ]]);
    // The format php would need unserialize(), which must not read what a stranger may have sent.
    $answer = file_get_contents(variable('TOKENAUTH_URL') . "/api/$method/json", false, $request);
    $result = json_decode($answer ?: fail('No answer.'), true);
    if ($result['api']['status'] !== 'ok') {
        fail("Error {$result['api']['code']}: {$result['api']['message']}");
    }
    return $result['auth'];
}

$frob = call('auth.getFrob')['frob'];
// A link is signed without a method. It asks for permissions: here, to read documents.
$link = sign(['api_key' => variable('TOKENAUTH_KEY'), 'frob' => $frob, 'perm_doc' => 'read']);
echo "Open this address, allow the application, then press Enter:\n";
echo variable('TOKENAUTH_URL') . '/apps/authorize?' . http_build_query($link) . "\n";
fgets(STDIN);

$token = call('auth.getToken', ['frob' => $frob])['token'];
// A token has no end date, so a program keeps it and asks at each start whether it is still valid.
$auth = call('auth.checkToken', ['auth_token' => $token]);
echo "Signed in: {$auth['user']['username']} (documents: {$auth['permissions']['doc']})\n";
