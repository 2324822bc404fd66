import { readFileSync } from "node:fs";
import type { Address, Timer, Timers } from "../base/seams.ts";
import { openClient } from "../client/open.ts";
import { type Authenticate, admitAnybody } from "../gateway/access.ts";
import { Authenticator, tokenOverPlain } from "../gateway/authenticator.ts";
import { Gateway, urlOf } from "../gateway/gateway.ts";
import { SystemCrypto } from "../io/system-crypto.ts";
import { SystemRandom } from "../io/system-random.ts";
import { SystemTimers } from "../io/system-timers.ts";
import type { PrincipalTable } from "../kv/principal.ts";
import type { Log } from "../node/log.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { HttpConfig } from "./http-config.ts";
import { ProgramError } from "./program-error.ts";
import { readTls, type TlsPaths, watchTls } from "./tls-files.ts";
import { VERSION } from "./version.ts";

/** Connections at most, however many descriptors there are: each costs some 10 KB even when it idles. */
const CONNECTIONS_MAX = 16_384;
/** How long a node may take to have its table of principals confirmed. */
const CONFIRM_MS = 2_000;
/** Descriptors that the node itself may need. */
const DESCRIPTORS_KEPT = 128;

export interface HttpServiceOptions {
  /** The name of the node in this process, and its UDP address. */
  readonly node: string;
  readonly address: Address;
  readonly log: Log;
  /** Who may use the cluster, by the node in this process. */
  readonly principals: () => PrincipalTable;
}

/** The HTTP interface beside a node. */
export interface HttpService {
  close(): Promise<void>;
}

/** Starts the HTTP interface; throws a ProgramError when its port or its certificate is not to be had. */
export async function openHttpService(config: HttpConfig, options: HttpServiceOptions): Promise<HttpService> {
  const { node, address, log, principals } = options;
  const tls = config.tls && readTls(config.tls);
  const client = await openClient({ endpoints: [address] });
  const timers = new SystemTimers();
  const confirm = () => client.principals({ endpoint: address, timeoutMs: CONFIRM_MS });
  const authenticator =
    config.auth === "off" ? undefined : new Authenticator({ table: principals, confirm, timers });
  const gateway = new Gateway(
    {
      version: VERSION,
      node,
      address,
      connectionsMax: connectionsMax(),
      tls,
      openHost: config.auth === "off" ? config.listen.host : undefined,
      watchesProcess: true,
    },
    {
      client,
      timers,
      random: new SystemRandom(),
      crypto: new SystemCrypto(),
      authenticate: authenticator?.authenticate ?? admitWithoutToken,
      onFault: (error) => log("error", "http_fault", { detail: detailOf(error) }),
    },
  );
  try {
    const listening = await gateway.listen(config.listen);
    log("info", "http_started", { url: urlOf(listening, { tls }), auth: config.auth });
  } catch (error) {
    client.close();
    throw bindProblem(config.listen, error);
  }
  const watching = config.tls && watchCertificate(config.tls, { gateway, timers, log });
  return {
    close: async () => {
      watching?.cancel();
      authenticator?.close();
      await gateway.close();
      client.close();
    },
  };
}

const admitWithoutToken: Authenticate = async (credentials) =>
  tokenOverPlain(credentials) ?? admitAnybody(credentials);

function watchCertificate(
  paths: TlsPaths,
  { gateway, timers, log }: { readonly gateway: Gateway; readonly timers: Timers; readonly log: Log },
): Timer {
  return watchTls(paths, timers, {
    onPair: (pair) => {
      gateway.renewTls(pair);
      log("info", "http_certificate_renewed", { cert: paths.cert });
    },
    onProblem: (reason) => log("error", "http_certificate_kept", { reason }),
  });
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
