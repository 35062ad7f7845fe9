// node-oidc-provider at the paths of Ory, on a free port, with a way to have tokens without a browser.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

const jwk = (kid, type, options) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), kid });
const keys = [
  jwk("rsa", "rsa", { modulusLength: 2048 }),
  jwk("p256", "ec", { namedCurve: "P-256" }),
  jwk("ed25519", "ed25519", {}),
];

// With an initial access token, the provider demands it for registrations. It then reads client ID metadata documents, too.
const [initialAccessToken] = process.argv.slice(2);

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    jwks: { keys },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    scopes: ["openid", "offline_access", "email"],
    clientDefaults: { grant_types: ["authorization_code"] },
    enabledJWA: {
      idTokenSigningAlgValues: ["RS256", "PS512", "ES256", "EdDSA"],
      userinfoSigningAlgValues: ["RS256", "PS512", "ES256", "EdDSA"],
    },
    features: {
      backchannelLogout: { enabled: true },
      devInteractions: { enabled: false },
      jwtUserinfo: { enabled: true },
      clientIdMetadataDocument: { enabled: Boolean(initialAccessToken), ack: "draft-02" },
      registration: { enabled: true, initialAccessToken: initialAccessToken ?? false },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
    },
    // It refuses connections to this machine, where the tests listen for its logout tokens.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: `${accountId}@app.example`, email_verified: true }),
    }),
    interactions: { url: () => "/interaction" },
    routes: {
      authorization: "/oauth2/auth",
      end_session: "/oauth2/sessions/logout",
      jwks: "/.well-known/jwks.json",
      registration: "/oauth2/register",
      token: "/oauth2/token",
      userinfo: "/userinfo",
    },
  });
  provider.use(async (ctx, next) => {
    // Every user is alice, who agrees to everything.
    if (ctx.path === "/interaction") {
      const { params } = await provider.interactionDetails(ctx.req, ctx.res);
      const grant = new provider.Grant({ clientId: params.client_id, accountId: "alice" });
      grant.addOIDCScope(params.scope);
      const result = { login: { accountId: "alice" }, consent: { grantId: await grant.save() } };
      return ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
    }
    // What a login in the browser would have led to.
    if (ctx.path !== "/log-in") return next();
    const { client_id: clientId, account: accountId } = ctx.query;
    const grant = new provider.Grant({ clientId, accountId });
    grant.addOIDCScope("openid email");
    const client = await provider.Client.find(clientId);
    const token = new provider.AccessToken({ accountId, client, grantId: await grant.save(), scope: "openid email" });
    ctx.body = await token.save();
  });
  server.on("request", provider.callback());
  console.log(`listening at ${issuer}`);
});

// It ends with the test that started it, however that ends.
process.stdin.resume().on("end", () => process.exit());
