# Signs a person in through the Dreamwidth dialect: the flat protocol, with a challenge and an API key.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_API_KEY, which the person
# creates at /account/keys.
require 'digest'
require 'net/http'

SERVER = ENV.fetch('TOKENAUTH_URL')
LOGIN = ENV.fetch('TOKENAUTH_LOGIN')
API_KEY = ENV.fetch('TOKENAUTH_API_KEY')

def md5(text) = Digest::MD5.hexdigest(text)

# Performs a mode of the flat protocol. The answer has the names on odd lines, each followed by its value.
def call(mode, **fields)
  response = Net::HTTP.post_form(URI("#{SERVER}/interface/flat"), { mode: mode, **fields })
  answer = response.body.lines(chomp: true).each_slice(2).to_h
  # The flat protocol has messages without numbers.
  abort "Error: #{answer['errmsg']}" if answer['success'] != 'OK'
  answer
end

# A challenge is good for one attempt, within 60 seconds. The key itself is never sent.
challenge = call('getchallenge')['challenge']
session = call(
  'sessiongenerate',
  user: LOGIN,
  auth_method: 'challenge',
  auth_challenge: challenge,
  auth_response: md5(challenge + md5(API_KEY)),
  expiration: 'short' # 24 hours; 'long' is 30 days
)

# Web pages take the session as the cookie ljsession.
cookie = session['ljsession']
puts "Signed in: #{LOGIN}. The cookie ljsession has #{cookie.length} characters."
