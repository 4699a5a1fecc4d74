# Signs a person in through the ipernity dialect and asks whose token it is.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET.
require 'digest'
require 'json'
require 'net/http'

SERVER = ENV.fetch('TOKENAUTH_URL')
KEY = ENV.fetch('TOKENAUTH_KEY')
SECRET = ENV.fetch('TOKENAUTH_SECRET')
$stdout.sync = true

# Adds api_sig: the MD5 of the names and values, sorted by name and joined, then the method, then the secret.
def sign(parameters, method = '')
  text = parameters.sort.join
  parameters.merge(api_sig: Digest::MD5.hexdigest(text + method + SECRET))
end

# Calls a method and returns its answer.
def call(method, **parameters)
  answer = Net::HTTP.post_form(URI("#{SERVER}/api/#{method}/json"), sign({ api_key: KEY, **parameters }, method))
  result = JSON.parse(answer.body)
  abort "Error #{result['api']['code']}: #{result['api']['message']}" if result['api']['status'] != 'ok'
  result['auth']
end

frob = call('auth.getFrob')['frob']
# A link is signed without a method. It asks for permissions: here, to read documents.
link = URI.encode_www_form(sign({ api_key: KEY, frob: frob, perm_doc: 'read' }))
puts 'Open this address, allow the application, then press Enter:', "#{SERVER}/apps/authorize?#{link}"
$stdin.gets

token = call('auth.getToken', frob: frob)['token']
# A token has no end date, so a program keeps it and asks at each start whether it is still valid.
auth = call('auth.checkToken', auth_token: token)
puts "Signed in: #{auth['user']['username']} (documents: #{auth['permissions']['doc']})"
