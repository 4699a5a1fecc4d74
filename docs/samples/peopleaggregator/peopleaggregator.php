<?php
// Logs in through the PeopleAggregator dialect and checks the token.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_PASSWORD: the person's
// password, or an API key from /account/keys.

function fail(string $message): never
{
    fwrite(STDERR, "$message\n");
    exit(1);
}

function variable(string $name): string
{
    return getenv($name) ?: fail("Set $name.");
}

// Sends a GET, or a POST of this form, and returns the answer.
function call(string $method, ?array $form = null): array
{
    $options = $form === null ? ['method' => 'GET'] : [
        'method' => 'POST',
        'header' => 'Content-Type: application/x-www-form-urlencoded',
        'content' => http_build_query($form),
    ];
    $url = variable('TOKENAUTH_URL') . '/api/json/peopleaggregator/' . $method;
    $text = file_get_contents($url, false, stream_context_create(['http' => $options]));
    $answer = json_decode($text ?: fail('No answer.'), true);
    if (!$answer['success']) {
        fail("Error {$answer['code']}: {$answer['msg']}");
    }
    return $answer;
}

// The password is sent in the body, because logs keep addresses.
$form = ['login' => variable('TOKENAUTH_LOGIN'), 'password' => variable('TOKENAUTH_PASSWORD')];
$token = call('login', $form)['authToken'];

$answer = call('checkToken?' . http_build_query(['authToken' => $token]));
echo "Signed in: {$answer['login']}, for {$answer['tokenLifetime']} seconds\n";
