import type { Address } from "../base/seams.ts";
import type { Client } from "../client/client.ts";
import { badRequest } from "./http-error.ts";
import type { Answer, Context, Route } from "./route.ts";
import { jsonContent, object, TEXT } from "./schemas.ts";

/** A probe waits no longer: whoever asks has a patience of about a second. */
const PROBE_MS = 900;

export interface HealthOptions {
  readonly version: string;
  /** The name of the node in this process. */
  readonly node: string;
  /** Its UDP address. */
  readonly address: Address;
}

interface Check {
  readonly name: string;
  /** Rejects, or resolves to why not; to undefined when all is well. */
  readonly run: (client: Client, options: HealthOptions) => Promise<string | undefined>;
}

const CHECKS: readonly Check[] = [
  {
    name: "node",
    run: async (client, { address }) => {
      await client.ping(address, { timeoutMs: PROBE_MS });
      return undefined;
    },
  },
  {
    name: "leader",
    run: async (client, { address }) => {
      const { leader } = await client.status(address, { timeoutMs: PROBE_MS });
      return leader === undefined ? "the node knows of no leader" : undefined;
    },
  },
  {
    name: "read",
    run: async (client) => {
      await client.get("kvd-ready", { timeoutMs: PROBE_MS });
      return undefined;
    },
  },
];
const CHECK_NAMES = CHECKS.map(({ name }) => name);

/** `/livez`, `/readyz` and `/version`, which need no principal. */
export function healthRoutes(options: HealthOptions): readonly Route[] {
  const common = { method: "GET, HEAD", access: "none", bodyBytesMax: 0 } as const;
  return [
    {
      ...common,
      path: "/livez",
      parameters: [],
      document: {
        tag: "health",
        summary: "Whether the process lives.",
        replies: { 200: { describe: "it does", content: { "text/plain": TEXT } } },
      },
      plan: () => ({ touches: [], act: async () => plain(200, "ok\n") }),
    },
    {
      ...common,
      path: "/readyz",
      parameters: [
        { name: "verbose", kind: "flag", describe: "a line for each check" },
        { name: "exclude", kind: "choice", values: CHECK_NAMES, describe: "leaves this check out" },
      ],
      document: {
        tag: "health",
        summary: "Whether this node answers, knows a leader, and reads are served.",
        replies: {
          200: { describe: "ready", content: { "text/plain": TEXT } },
          503: { describe: "not ready; the lines say why", content: { "text/plain": TEXT } },
        },
      },
      plan: ({ query }) => {
        const isVerbose = query.flag("verbose");
        const excluded = query.text("exclude");
        if (excluded !== undefined && !CHECK_NAMES.includes(excluded))
          throw badRequest(`exclude=${excluded}: one of ${CHECK_NAMES.join(", ")} is needed`);
        const checks = CHECKS.filter(({ name }) => name !== excluded);
        return { touches: [], act: (context) => ready(context, { ...options, checks, isVerbose }) };
      },
    },
    {
      ...common,
      path: "/version",
      parameters: [],
      document: {
        tag: "health",
        summary: "Which version of kvd this is, and which node.",
        replies: { 200: jsonContent("the version", object({ version: TEXT, api: TEXT, node: TEXT })) },
      },
      plan: () => ({
        touches: [],
        act: async () => {
          const value = { version: options.version, api: "v1", node: options.node };
          return { status: 200, headers: {}, body: { kind: "json", value } };
        },
      }),
    },
  ];
}

async function ready(
  { client }: Context,
  options: HealthOptions & { readonly checks: readonly Check[]; readonly isVerbose: boolean },
): Promise<Answer> {
  const results = await Promise.all(
    options.checks.map(async ({ name, run }) => {
      const reason = await run(client, options).catch((error: unknown) => (error as Error).message);
      return { name, reason };
    }),
  );
  const isReady = results.every(({ reason }) => reason === undefined);
  if (isReady && !options.isVerbose) return plain(200, "ok\n");
  const lines = results.map(({ name, reason }) =>
    reason === undefined ? `[+] ${name} ok` : `[-] ${name}: ${reason}`,
  );
  const last = isReady ? "ready" : "not ready";
  return plain(isReady ? 200 : 503, [...lines, last].map((line) => `${line}\n`).join(""));
}

function plain(status: number, text: string): Answer {
  return { status, headers: { "Cache-Control": "no-store" }, body: { kind: "text", text } };
}
