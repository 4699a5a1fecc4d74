// Signs a person in with openid-client, as its documentation shows: a code with PKCE, user info, refresh, sign-out.
// Arguments: issuer, client_id, secret ("" of a public application), redirect URL, sign-out redirect URL.
import { finish, jose, oidc, visit } from './common.mjs'

const [issuer, id, secret, redirect, signedOut] = process.argv.slice(2)
const server = await oidc.discovery(
  new URL(issuer), id, undefined, secret ? oidc.ClientSecretBasic(secret) : oidc.None(), { timeout: 120 })
const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()]
const parameters = {
  redirect_uri: redirect, scope: 'openid profile email offline_access', state, nonce, max_age: '3600',
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
}

// The request is pushed, so that the browser does not see it.
const callback = await visit(await oidc.buildAuthorizationUrlWithPAR(server, parameters))
const tokens = await oidc.authorizationCodeGrant(server, callback, {
  pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 3600, idTokenExpected: true,
})
const subject = tokens.claims().sub
const person = await oidc.fetchUserInfo(server, tokens.access_token, subject)
const keys = jose.createRemoteJWKSet(new URL(server.serverMetadata().jwks_uri))
const access = await jose.jwtVerify(tokens.access_token, keys, { issuer, audience: id, typ: 'at+jwt' })

const renewed = await oidc.refreshTokenGrant(server, tokens.refresh_token)
const narrowed = await oidc.refreshTokenGrant(server, renewed.refresh_token, { scope: 'openid' })
const last = await oidc.refreshTokenGrant(server, narrowed.refresh_token)

const end = await visit(oidc.buildEndSessionUrl(server, {
  post_logout_redirect_uri: signedOut, id_token_hint: last.id_token, state: 'bye',
}))
const after = await oidc.refreshTokenGrant(server, last.refresh_token).then(() => 'refreshed', refused => refused.error)
const info = await oidc.fetchUserInfo(server, last.access_token, subject).then(() => 'answered', refused => refused.status)
finish({
  subject, person, accessSubject: access.payload.sub, narrowed: narrowed.scope, scope: last.scope, end: end.href, after,
  info: info ?? null,
})
