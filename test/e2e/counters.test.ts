import { randomBytes } from "node:crypto";
import { join } from "node:path";
import t from "tap";
import { present } from "../../src/base/assert.ts";
import { KvdError } from "../../src/base/errors.ts";
import type { Address } from "../../src/base/seams.ts";
import type { Client } from "../../src/client/client.ts";
import { parseEndpoint } from "../../src/client/endpoint-text.ts";
import { openClient } from "../../src/client/open.ts";
import { formatRequestId, parseRequestId } from "../../src/client/request-id.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { UdpRelay } from "../../src/dev/udp-relay.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { runProgram } from "./programs.ts";
import { withDirectory } from "./with-cluster.ts";

const NAMES = ["n1", "n2", "n3"];
const LOSS_SHARE = 0.3;
const CLIENTS = 6;
const INCREMENTS = 15;
const COMMANDS = 4;
const HTTP_REQUESTS = 20;
/** Shorter than a retransmission now and then: outcomes stay unknown, and requests are repeated. */
const SHORT_MS = 60;
/** For a request to be repeated under its id, in cluster time. */
const REPEATABLE_MS = 10 * 60_000;

t.test(
  "a counter is exact, though three datagrams in ten are lost and every retry goes to another node",
  { timeout: 300_000 },
  async (t) => {
    await withLossyCluster(async ({ endpoints, urls, loseNothing }) => {
      const random = new SeededRandom(30);
      const repeats = await Promise.all(
        Array.from({ length: CLIENTS }, () => countUp(endpoints, random.fork())),
      );
      const tries = await commandsCountUp(endpoints, random.fork());
      const asked = await httpCountsUp(urls, random.fork());
      loseNothing();
      const client = await openClient({ endpoints });
      try {
        const { record } = await client.get("counter", { timeoutMs: 30_000 });
        const sum = CLIENTS * INCREMENTS + COMMANDS + HTTP_REQUESTS;
        t.equal(Buffer.from(record?.value ?? []).toString(), `${sum}`);
        t.equal(record?.version, sum);
        const total = repeats.reduce((sum, count) => sum + count, 0);
        t.ok(total > 0, `${total} requests were repeated by clients`);
        t.comment(`${tries} commands for ${COMMANDS} ids, ${asked} HTTP requests for ${HTTP_REQUESTS} keys`);
      } finally {
        client.close();
      }
    });
  },
);

interface LossyCluster {
  readonly endpoints: readonly Address[];
  /** Of the HTTP interfaces, which reach the cluster through the relay, but for their own node. */
  readonly urls: readonly string[];
  readonly loseNothing: () => void;
}

/** Three nodes that hear each other, and are heard by clients, through a relay that loses much. */
async function withLossyCluster(use: (lossy: LossyCluster) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const relay = await UdpRelay.open(NAMES);
    try {
      const { advertised } = relay;
      const cluster = await DevCluster.create({ dir: join(directory, "nodes"), names: NAMES, advertised });
      relay.connect(cluster.addresses());
      relay.admitClients();
      try {
        for (const name of NAMES) cluster.start(name);
        await cluster.waitForLeader();
        relay.lose({ share: LOSS_SHARE, random: new SeededRandom(7) });
        const endpoints = advertised.map((text) => present(parseEndpoint(text), "the relay has addresses"));
        await use({ endpoints, urls: cluster.urls(), loseNothing: () => relay.lose(undefined) });
      } finally {
        await cluster.down();
      }
    } finally {
      relay.close();
    }
  });
}

/** Adds 1 so often, each time until it is told that it was done; answers how often it had to ask again. */
async function countUp(endpoints: readonly Address[], random: SeededRandom): Promise<number> {
  const clients = await Promise.all(
    endpoints.map((endpoint) => openClient({ endpoints: [endpoint], repeatableMs: REPEATABLE_MS })),
  );
  let repeats = 0;
  try {
    for (let count = 0; count < INCREMENTS; count++) {
      let requestId: string | undefined;
      for (;;) {
        const refusal = await increment(random.pick(clients), requestId);
        if (refusal === undefined) break;
        // What was surely not applied is asked for anew, what is unknown under the same id: at another node, perhaps.
        if (requestId === undefined && refusal.failure.outcome === "unknown") requestId = refusal.requestId;
        repeats += 1;
      }
    }
    return repeats;
  } finally {
    for (const client of clients) client.close();
  }
}

async function increment(client: Client, requestIdText: string | undefined): Promise<KvdError | undefined> {
  const requestId = requestIdText === undefined ? undefined : parseRequestId(requestIdText);
  const options = requestId === undefined ? {} : { requestId };
  try {
    await client.modify("counter", { op: "incr" }, { timeoutMs: SHORT_MS, ...options });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof KvdError) || thrown.failure.retryable === false) throw thrown;
    return thrown;
  }
}

/** The same with a process for every try, and once more after it was done; answers the number of processes. */
async function commandsCountUp(endpoints: readonly Address[], random: SeededRandom): Promise<number> {
  let tries = 0;
  for (let command = 1; command <= COMMANDS; command++) {
    // A fresh cluster's time is wall time.
    const id = { client: randomBytes(16), sequence: 1, deadlineMs: Date.now() + REPEATABLE_MS };
    let done = 0;
    while (done < 2) {
      const { host, port } = random.pick(endpoints);
      const where = ["--endpoints", `${host}:${port}`, "--timeout", "400ms"];
      const args = ["incr", "counter", "--request-id", formatRequestId(id), ...where];
      const { status, stderr } = await runProgram("kvcli", args);
      tries += 1;
      if (status === 0) done += 1;
      else if (status !== 3 && status !== 4) throw new Error(`kvcli ended with ${status}: ${stderr}`);
    }
  }
  return tries;
}

/** The same over HTTP, each request under a key of its own, and once more after it was done; answers their number. */
async function httpCountsUp(urls: readonly string[], random: SeededRandom): Promise<number> {
  let tries = 0;
  for (let request = 1; request <= HTTP_REQUESTS; request++) {
    const headers = { "Idempotency-Key": `increment ${request}` };
    let done = 0;
    while (done < 2) {
      const url = `${random.pick(urls)}/kv/rmw?key=counter&op=incr&timeout=${SHORT_MS}ms`;
      const response = await fetch(url, { method: "POST", headers });
      await response.text();
      tries += 1;
      if (response.status === 200) done += 1;
      else if (response.status !== 503 && response.status !== 504)
        throw new Error(`HTTP answered ${response.status}`);
    }
  }
  return tries;
}
