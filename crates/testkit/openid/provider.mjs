// An OpenID provider for tests: the certified oidc-provider, and beside it what tests ask of it directly.
//
//   node provider.mjs PORT
//
// GET /test/token?sub=SUB[&client=ID][&resource=URN][&ttl=SECONDS]  an access token: a JWT for the resource, else opaque
// GET /test/rotate[?drop=1]                                         a new signing key first; the old ones stay, or go
// GET /test/mode?is=ok|slow|down|html                               how discovery, keys and userinfo answer from now on
// GET /test/returns?to=ORIGIN                                       browsers are sent back to that address from now on
// GET /test/resource?is=URN                                         who logs in gets an access token (a JWT) for it from now on
// GET /test/asked                                                   how often the keys were asked for
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';

import { Provider } from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const scopes = 'openid email profile eduperson_entitlement';

const key = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' };
};
let keys = [key()];

// An entitlement may be a list, a text, or absent.
const people = {
  list: { email: 'list@example.org', email_verified: true, eduperson_entitlement: ['urn:x', 'admins'] },
  none: { email: 'none@example.org', email_verified: true },
  text: { email: 'text@example.org', email_verified: false, eduperson_entitlement: 'admins' },
  silent: {},
  red: { email: 'red@example.org', name: 'Rosa Red', org: 'red', eduperson_entitlement: ['admins'] },
  blue: { email: 'blue@example.org', org: 'blue', eduperson_entitlement: ['admins'] },
  reader: { email: 'reader@example.org', org: 'red', eduperson_entitlement: ['readers'] },
  stranger: { email: 'stranger@example.org', org: 'red' },
};
// Of this one access tokens alone tell the entitlement.
people.keeper = {};
const inTokens = { ...people, keeper: { eduperson_entitlement: ['admins'] } };
let origin = 'http://127.0.0.1:1';
let usualResource;

const resource = (urn) => ({
  scope: scopes,
  audience: urn,
  accessTokenFormat: 'jwt',
  accessTokenTTL: 600,
  jwt: { sign: { alg: 'RS256' } },
});

const configuration = () => ({
  clients: [
    {
      client_id: 'plumbline',
      client_secret: 'secret & more',
      redirect_uris: [`${origin}/oidc-redirect`],
      post_logout_redirect_uris: [`${origin}/login?problem=out`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
    { client_id: 'other', client_secret: 'other', redirect_uris: ['http://127.0.0.1:1/return'], response_types: ['code'] },
  ],
  claims: {
    openid: ['sub'],
    email: ['email', 'email_verified'],
    profile: ['name'],
    eduperson_entitlement: ['eduperson_entitlement', 'org'],
  },
  scopes: scopes.split(' '),
  findAccount: (_context, sub) =>
    people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) },
  extraTokenClaims: (_context, token) => (token.aud === 'urn:full' ? inTokens[token.accountId] : undefined),
  features: {
    introspection: { enabled: true },
    userinfo: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => usualResource,
      getResourceServerInfo: (_context, urn) => resource(urn),
      useGrantedResource: () => true,
    },
  },
  cookies: { keys: ['test'] },
  jwks: { keys },
});
let provider = new Provider(issuer, configuration());

const token = async (query) => {
  const sub = query.get('sub');
  const client = await provider.Client.find(query.get('client') ?? 'plumbline');
  const grant = new provider.Grant({ accountId: sub, clientId: client.clientId });
  grant.addOIDCScope(scopes);
  const urn = query.get('resource');
  if (urn) grant.addResourceScope(urn, scopes);
  const access = new provider.AccessToken({
    accountId: sub,
    client,
    grantId: await grant.save(),
    gty: 'authorization_code',
    scope: scopes,
    expiresIn: Number(query.get('ttl') ?? 600),
  });
  if (urn) access.resourceServer = new provider.ResourceServer(urn, resource(urn));
  return access.save();
};

let mode = 'ok';
let asked = 0;
const tests = {
  '/test/token': token,
  '/test/rotate': (query) => {
    keys = query.has('drop') ? [key()] : [key(), ...keys];
    provider = new Provider(issuer, configuration());
    return 'rotated';
  },
  '/test/returns': (query) => {
    origin = query.get('to');
    provider = new Provider(issuer, configuration());
    return origin;
  },
  '/test/resource': (query) => {
    usualResource = query.get('is');
    return usualResource;
  },
  '/test/mode': (query) => {
    mode = query.get('is');
    return mode;
  },
  '/test/asked': () => String(asked),
};

http
  .createServer(async (request, response) => {
    const url = new URL(request.url, issuer);
    const test = tests[url.pathname];
    if (test) {
      try {
        response.end(await test(url.searchParams));
      } catch (error) {
        response.writeHead(500).end(String(error?.stack ?? error));
      }
      return;
    }
    if (url.pathname === '/jwks') asked += 1;
    if (mode === 'slow') await new Promise((done) => setTimeout(done, 5_000));
    if (mode === 'down') {
      request.socket.destroy();
      return;
    }
    if (mode === 'html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>maintenance</html>');
      return;
    }
    provider.callback()(request, response);
  })
  .listen(port, '127.0.0.1', () => console.log('ready'));
