# Signs a person in through the MediaPost dialect and asks who it is.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
require 'digest'
require 'json'
require 'net/http'

SERVER = ENV.fetch('TOKENAUTH_URL')
KEY = ENV.fetch('TOKENAUTH_KEY')
SECRET = ENV.fetch('TOKENAUTH_SECRET')
$stdout.sync = true

# Calls a method, signed with the secret, and returns its result.
def call(method, secret, **parameters)
  parameters = { api_key: KEY, format: 'json', method: method, **parameters }
  # The signature is the MD5 of name=value, sorted by name and joined, then the secret.
  text = parameters.sort.map { |name, value| "#{name}=#{value}" }.join
  parameters[:sig] = Digest::MD5.hexdigest(text + secret)
  answer = Net::HTTP.post_form(URI("#{SERVER}/api.php"), parameters)
  result = JSON.parse(answer.body)
  abort "Error #{result['error_code']}: #{result['error_msg']}" if result.is_a?(Hash) && result.key?('error_code')
  result
end

token = call('auth.createToken', SECRET)
link = URI.encode_www_form(api_key: KEY, v: '1.0', auth_token: token)
puts 'Open this address, allow the application, then press Enter:', "#{SERVER}/login.php?#{link}"
$stdin.gets

session = call('auth.getSession', SECRET, auth_token: token)
# A desktop application gets a secret with the session, and signs the session's calls with it.
user = call('users.getLoggedInUser', session.fetch('secret', SECRET), session_key: session['session_key'])
puts "Signed in: user #{user}"
