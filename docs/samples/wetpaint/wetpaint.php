<?php
// Gets a ticket for one of a site's own users through the Wetpaint dialect.
// Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET, TOKENAUTH_NAMESPACE and
// TOKENAUTH_LOGIN, the site's own identifier of the user.

function fail(string $message): never
{
    fwrite(STDERR, "$message\n");
    exit(1);
}

function variable(string $name): string
{
    return getenv($name) ?: fail("Set $name.");
}

// Returns the text of an element of the answer, or null. PHP's XML functions are not in every installation.
function element(string $answer, string $name): ?string
{
    return preg_match("|<$name>([^<]*)</$name>|", $answer, $match) ? html_entity_decode($match[1], ENT_XML1) : null;
}

$key = variable('TOKENAUTH_KEY');
$user = variable('TOKENAUTH_LOGIN');
$now = (string) time();

$request = stream_context_create(['http' => [
    'method' => 'POST',
    'header' => 'Content-Type: application/x-www-form-urlencoded',
    'content' => http_build_query([
        'output' => 'api',
        'key' => $key,
        'ns' => variable('TOKENAUTH_NAMESPACE'),
        'user.userId' => $user,
        'user.email' => 'someone@example.org',
        'user.emailOptIn' => 'false',
        'cred.ts' => $now,
        // The signature is the HMAC-SHA-1 of key, user and time, joined, with the secret.
        'cred.sig' => hash_hmac('sha1', $key . $user . $now, variable('TOKENAUTH_SECRET')),
    ]),
]]);
$answer = file_get_contents(variable('TOKENAUTH_URL') . '/UserService/login.do', false, $request) ?: fail('No answer.');
if (($cause = element($answer, 'cause')) !== null) {
    fail("Error $cause: " . element($answer, 'message'));
}

$ticket = element($answer, 'ticket');
echo "Signed in: $user. The ticket has " . strlen($ticket) . " characters.\n";
