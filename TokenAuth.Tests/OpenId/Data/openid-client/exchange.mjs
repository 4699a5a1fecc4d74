// Exchanges tokens with openid-client, and checks them with jose. Arguments: issuer, client_id, secret, then
//   from-session TOKEN AUDIENCE        the session of an old client, for an access token
//   to-session REDIRECT AUDIENCE       a person signs in, and their access token becomes an old client's
import { finish, jose, oidc, visit } from './common.mjs'

const [issuer, id, secret, direction, text, audience] = process.argv.slice(2)
const server = await oidc.discovery(new URL(issuer), id, undefined, oidc.ClientSecretPost(secret), { timeout: 120 })

const exchange = (token, type) => oidc.genericGrantRequest(
  server, 'urn:ietf:params:oauth:grant-type:token-exchange',
  { subject_token: token, subject_token_type: type, audience })

if (direction === 'from-session') {
  const answer = await exchange(text, 'urn:tokenauth:token-type:session')
  const keys = jose.createRemoteJWKSet(new URL(server.serverMetadata().jwks_uri))
  const { payload } = await jose.jwtVerify(
    answer.access_token, keys, { issuer, audience, typ: 'at+jwt', requiredClaims: ['sub', 'exp', 'iat', 'jti'] })
  finish({ payload, type: answer.issued_token_type })
}

const verifier = oidc.randomPKCECodeVerifier()
const state = oidc.randomState()
const callback = await visit(oidc.buildAuthorizationUrl(server, {
  redirect_uri: text, scope: 'openid ipernity:doc.write ipernity:blog.read', state,
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
}))
const tokens = await oidc.authorizationCodeGrant(server, callback, { pkceCodeVerifier: verifier, expectedState: state })
const answer = await exchange(tokens.access_token, 'urn:ietf:params:oauth:token-type:access_token')
finish({ token: answer.access_token, type: answer.issued_token_type })
