# OAuth 1.0a by Net::OAuth, in the steps of its documentation. The person acts between the two runs.
use strict;
use warnings;
use HTTP::Tiny;
use Net::OAuth;

$Net::OAuth::PROTOCOL_VERSION = Net::OAuth::PROTOCOL_VERSION_1_0A;

my ($step, @rest) = @ARGV;

sub ask {
    my ($kind, $path, %more) = @_;
    my $request = Net::OAuth->request($kind)->new(
        consumer_key => $ENV{KEY}, consumer_secret => $ENV{SECRET},
        request_url => $ENV{SERVER} . $path, request_method => 'POST', signature_method => 'HMAC-SHA1',
        timestamp => time, nonce => join('', map { int rand 10 } 1 .. 16), %more);
    $request->sign;
    my $answer = HTTP::Tiny->new->post($request->to_url);
    return $answer if $answer->{success};
    print "denied: $answer->{status} $answer->{content}\n";
    exit;
}

if ($step eq 'request') {
    my $answer = ask('request token', '/apps/oauth/request', callback => $rest[0]);
    my $token = Net::OAuth->response('request token')->from_post_body($answer->{content});
    my $link = "$ENV{SERVER}/apps/oauth/authorize?perm_doc=write&oauth_token=" . $token->token;
    print join(' ', $token->token, $token->token_secret, $link), "\n";
} else {
    my ($text, $secret, $back) = @rest;
    my $verifier = $back =~ /^http.*\?(.*)/ ? Net::OAuth->response('user auth')->from_post_body($1)->verifier : $back;
    my $answer = ask(
        'access token', '/apps/oauth/access', token => $text, token_secret => $secret, verifier => $verifier);
    my $access = Net::OAuth->response('access token')->from_post_body($answer->{content});
    $answer = ask(
        'protected resource', '/api/auth.checkToken', token => $access->token, token_secret => $access->token_secret,
        extra_params => { tag => 'a', tag1 => 'b' });
    print $answer->{content} =~ /"user_id":"(\d+)"/ ? "$1\n" : $answer->{content};
}
