# Gets a ticket for one of a site's own users through the Wetpaint dialect.
# Variables: TOKENAUTH_URL (such as https://auth.example.org), TOKENAUTH_KEY, TOKENAUTH_SECRET, TOKENAUTH_NAMESPACE and
# TOKENAUTH_LOGIN, the site's own identifier of the user.
require 'net/http'
require 'openssl'
require 'rexml/document'

key = ENV.fetch('TOKENAUTH_KEY')
user = ENV.fetch('TOKENAUTH_LOGIN')
now = Time.now.to_i.to_s

answer = Net::HTTP.post_form(
  URI("#{ENV.fetch('TOKENAUTH_URL')}/UserService/login.do"),
  'output' => 'api',
  'key' => key,
  'ns' => ENV.fetch('TOKENAUTH_NAMESPACE'),
  'user.userId' => user,
  'user.email' => 'someone@example.org',
  'user.emailOptIn' => 'false',
  'cred.ts' => now,
  # The signature is the HMAC-SHA-1 of key, user and time, joined, with the secret.
  'cred.sig' => OpenSSL::HMAC.hexdigest('SHA1', ENV.fetch('TOKENAUTH_SECRET'), key + user + now)
)
result = REXML::Document.new(answer.body).root
if (failure = result.elements['failure'])
  abort "Error #{failure.elements['cause'].text}: #{failure.elements['messages/message'].text}"
end

ticket = result.elements['ticket'].text
puts "Signed in: #{user}. The ticket has #{ticket.length} characters."
