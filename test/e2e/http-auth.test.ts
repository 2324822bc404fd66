import { writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { formatToken, newToken, verifierOf } from "../../src/io/principal-token.ts";
import { TEST_CERT, TEST_KEY } from "../gateway/certificate.ts";
import { withDirectory } from "./with-cluster.ts";

/** By then every node goes by what has changed among the principals. */
const KNOWN_MS = 1_100;

interface Told {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly text: string;
}

function ask(url: string, token?: string, method = "GET"): Promise<Told> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method, headers, ca: TEST_CERT, agent: false, timeout: 30_000 },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            challenge: response.headers["www-authenticate"],
            text: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

t.test(
  "tokens over TLS: rights at every node, revoked everywhere within a second",
  { timeout: 300_000 },
  async (t) => {
    await withDirectory(async (directory) => {
      const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
      writeFileSync(cert, TEST_CERT);
      writeFileSync(key, TEST_KEY, { mode: 0o600 });
      const startArguments = ["--http-auth", "token", "--http-tls-cert", cert, "--http-tls-key", key];
      const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: 3, startArguments });
      const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 20_000 });
      try {
        const urls = cluster.urls().map((url) => url.replace("http:", "https:"));
        const [first = ""] = urls;
        t.match(await ask(`${first}/kv/get?key=a`), {
          status: 401,
          challenge: "Bearer",
          text: /kvadm key create/,
        });
        t.match(await ask(`${first}/livez`), { status: 200 });
        const made = newToken("web");
        const token = formatToken(made);
        const verifier = verifierOf(made);
        t.match(await ask(`${first}/kv/get?key=app/k`, token), { status: 401 }, "nobody has let it in yet");
        await client.createPrincipal("web", { role: "read-write", prefix: "app/", verifier });
        // Whoever has just looked the principals up may go by them for a second.
        await sleep(KNOWN_MS);
        for (const url of urls) {
          t.match(await ask(`${url}/kv/set?key=app/k&value=1`, token, "POST"), { status: 200 }, url);
          t.match(await ask(`${url}/kv/get?key=app/k`, token), { status: 200, text: /"value":"1"/ });
          t.match(await ask(`${url}/kv/get?key=other`, token), {
            status: 403,
            text: /start with 'app\/' alone/,
          });
          t.match(await ask(`${url}/kv/keys`, token), { status: 403 });
        }

        await client.revokePrincipal("web");
        await sleep(KNOWN_MS);
        for (const url of urls) t.match(await ask(`${url}/kv/get?key=app/k`, token), { status: 401 }, url);

        // Once more, and this time one node does not hear of it.
        await client.createPrincipal("web", { role: "read-only", verifier });
        await sleep(KNOWN_MS);
        const [alone, ...others] = cluster.list();
        t.match(await ask(`${first}/kv/get?key=app/k`, token), { status: 200 });
        await Promise.all(others.map(({ id }) => cluster.pause(id)));
        await sleep(KNOWN_MS);
        const deaf = await ask(`${first}/kv/keys?consistency=stale`, token);
        t.match(
          deaf,
          { status: 503, text: /no leader confirms/ },
          `${alone?.id} cannot tell, and lets nobody in`,
        );
        t.match(await ask(`${first}/livez`), { status: 200 });
        for (const { id } of others) cluster.resume(id);
      } finally {
        client.close();
        await cluster.down();
      }
    });
  },
);
