import { readFileSync } from "node:fs";
import type { Address } from "../base/seams.ts";
import { openClient } from "../client/open.ts";
import { admitAnybody } from "../gateway/access.ts";
import { tokenOverPlain } from "../gateway/authenticator.ts";
import { Gateway, urlOf } from "../gateway/gateway.ts";
import { SystemRandom } from "../io/system-random.ts";
import { SystemTimers } from "../io/system-timers.ts";
import type { Log } from "../node/log.ts";
import type { HttpConfig } from "./config.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";
import { VERSION } from "./version.ts";

/** Connections at most, however many descriptors there are: each costs some 10 KB even when it idles. */
const CONNECTIONS_MAX = 16_384;
/** Descriptors that the node itself may need. */
const DESCRIPTORS_KEPT = 128;

export interface HttpServiceOptions {
  /** The name of the node in this process, and its UDP address. */
  readonly node: string;
  readonly address: Address;
  readonly log: Log;
}

/** The HTTP interface beside a node. */
export interface HttpService {
  close(): Promise<void>;
}

/** Starts the HTTP interface; throws a ProgramError when its port is not to be had. */
export async function openHttpService(config: HttpConfig, options: HttpServiceOptions): Promise<HttpService> {
  const { node, address, log } = options;
  const client = await openClient({ endpoints: [address] });
  const gateway = new Gateway(
    { version: VERSION, node, address, connectionsMax: connectionsMax() },
    {
      client,
      timers: new SystemTimers(),
      random: new SystemRandom(),
      authenticate: async (credentials) => tokenOverPlain(credentials) ?? admitAnybody(credentials),
      onFault: (error) => log("error", "http_fault", { detail: detailOf(error) }),
    },
  );
  try {
    const listening = await gateway.listen(config.listen);
    log("info", "http_started", { url: urlOf(listening) });
  } catch (error) {
    client.close();
    throw bindProblem(config.listen, error);
  }
  return {
    close: async () => {
      await gateway.close();
      client.close();
    },
  };
}

function bindProblem({ host, port }: Address, error: unknown): ProgramError {
  const { code } = error as NodeJS.ErrnoException;
  const why = code === "EADDRINUSE" ? "the port is in use" : (code ?? String(error));
  const message = `cannot listen on ${host}:${port} for HTTP: ${why}; choose another with http.listen, or say off`;
  return new ProgramError(message, { exitCode: EXIT_CODES.local, code: "bind", cause: error });
}

/** As many as leave the node the descriptors that it may need. */
function connectionsMax(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    const limit = soft === undefined ? CONNECTIONS_MAX : Number(soft) - DESCRIPTORS_KEPT;
    return Math.max(16, Math.min(CONNECTIONS_MAX, limit));
  } catch {
    return CONNECTIONS_MAX;
  }
}

function detailOf(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.replaceAll("\n", " | ");
}
