// node-oidc-provider as its documentation sets it up, with its store in memory: client credentials and introspection.
// Arguments: the port, and the secret of the client "bench".
import Provider from 'oidc-provider';

const [port, secret] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'bench', client_secret: secret, redirect_uris: [], response_types: [],
    grant_types: ['client_credentials'],
  }],
  features: {
    clientCredentials: { enabled: true }, introspection: { enabled: true }, devInteractions: { enabled: false },
  },
});
provider.listen(Number(port), '127.0.0.1');
