// node-oidc-provider, with its own pages for development, as the upstream provider of a test.
// Arguments: the port, and the redirect URL of the one client. Prints "ready" when it listens.
import Provider from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'tokenauth',
    client_secret: 'a secret of the tests',
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: [redirect],
  }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  cookies: { keys: ['a key of the tests'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Person ${id}`, preferred_username: id, email: `${id}@example.org`, email_verified: true }),
  }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
