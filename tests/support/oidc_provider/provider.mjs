// A certified OpenID Connect provider with made-up people, for tests on this machine.
// Whoever signs in as `role:unit:name` is that person, by any password. Ends with its standard input.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const { PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, AFTER_SIGN_OUT } = process.env;
const issuer = `http://127.0.0.1:${PORT}`;

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: randomBytes(8).toString("hex") };
}

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      post_logout_redirect_uris: [AFTER_SIGN_OUT],
    },
  ],
  jwks: { keys: [signingKey()] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "unit", "roles"] },
  async findAccount(_, id) {
    const [role, unit, name] = id.split(":");
    const claims = { sub: id, name, preferred_username: name, unit, roles: [role] };
    return { accountId: id, claims: async () => claims };
  },
  // Nobody is asked whether the staff's own queue may know their name.
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

provider.listen(Number(PORT), "127.0.0.1");
process.stdin.on("end", () => process.exit(0)).resume();
