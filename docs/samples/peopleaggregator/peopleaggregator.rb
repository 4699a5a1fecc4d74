# Logs in through the PeopleAggregator dialect and checks the token.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_LOGIN, and TOKENAUTH_PASSWORD: the person's
# password, or an API key from /account/keys.
require 'json'
require 'net/http'

API = "#{ENV.fetch('TOKENAUTH_URL')}/api/json/peopleaggregator"

# Reads a response.
def read(response)
  answer = JSON.parse(response.body)
  abort "Error #{answer['code']}: #{answer['msg']}" unless answer['success']
  answer
end

# The password is sent in the body, because logs keep addresses.
form = { login: ENV.fetch('TOKENAUTH_LOGIN'), password: ENV.fetch('TOKENAUTH_PASSWORD') }
token = read(Net::HTTP.post_form(URI("#{API}/login"), form))['authToken']

query = URI.encode_www_form(authToken: token)
answer = read(Net::HTTP.get_response(URI("#{API}/checkToken?#{query}")))
puts "Signed in: #{answer['login']}, for #{answer['tokenLifetime']} seconds"
