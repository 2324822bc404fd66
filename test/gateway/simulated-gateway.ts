import type { Test } from "tap";
import type { Authenticate } from "../../src/gateway/access.ts";
import { admitAnybody } from "../../src/gateway/access.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import type { FakeNode, World } from "../client/world.ts";
import { threeNodes } from "../client/world.ts";
import { undocumentedStatus } from "./documented-status.ts";

export interface Asked {
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly bytes: Buffer;
  /** Of a body that is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export type Ask = (line: string, asked?: Asked) => Promise<Told>;

export interface Simulated {
  /** `ask("GET /kv/keys")`. */
  readonly ask: Ask;
  readonly world: World;
  readonly nodes: readonly FakeNode[];
  readonly gateway: Gateway;
  /** What the gateway called faults of its own; a test that ends with any has failed. */
  readonly faults: readonly unknown[];
}

/** A gateway of node n2 in front of three simulated nodes, of which n1 leads. */
export function simulatedGateway(t: Test, authenticate: Authenticate = admitAnybody): Simulated {
  const { world } = threeNodes();
  const [, second] = world.nodes;
  const address = second?.address ?? { host: "127.0.0.1", port: 1 };
  const client = world.client({ endpoints: [address] });
  const faults: unknown[] = [];
  const gateway = new Gateway(
    {
      version: "0.0.0",
      node: "n2",
      address,
      connectionsMax: 100,
      tls: undefined,
      openHost: address.host,
      watchesProcess: false,
    },
    {
      client,
      timers: world,
      random: world,
      crypto: world,
      authenticate,
      onFault: (error) => faults.push(error),
    },
  );
  t.teardown(async () => {
    client.close();
    await gateway.close();
    if (faults.length > 0) throw faults[0];
  });
  const ask: Ask = async (line, { body, headers = {} } = {}) => {
    const [method = "GET", url = "/"] = line.split(" ");
    const payload =
      body === undefined ? {} : { payload: typeof body === "string" ? body : Buffer.from(body) };
    const options = { method: method as "GET", url, headers, ...payload };
    const response = await world.resolve(gateway.app.inject(options).then((answer) => answer));
    const isJson =
      /^application\/(?:problem\+)?json/.test(String(response.headers["content-type"])) && method !== "HEAD";
    const json = isJson ? (JSON.parse(response.body) as Told["json"]) : {};
    const { statusCode, headers: told, body: text, rawPayload } = response;
    const undocumented = undocumentedStatus(method, url, statusCode);
    if (undocumented !== undefined) t.fail(`not in the OpenAPI document: ${undocumented}`);
    return { status: statusCode, headers: told, text, bytes: rawPayload, json };
  };
  return { ask, world, nodes: world.nodes, gateway, faults };
}
