import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { KvdError } from "../base/errors.ts";
import type { Address } from "../base/seams.ts";
import type { Client } from "../client/client.ts";
import { DEFAULT_PORT, parseEndpoint } from "../client/endpoint-text.ts";
import { openClient } from "../client/open.ts";
import type { ClientOptions } from "../client/options.ts";
import type { OutputFormat, Run, Session } from "./command.ts";
import { OUTPUT_FORMATS } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError, usageError } from "./program-error.ts";
import { quoteBytes } from "./script/words.ts";

const TIMEOUT_MS = 5_000;
/** A person or script may repeat a change by its request id for this long. */
const REPEATABLE_MS = 10 * 60_000;

/**
 * Runs `use` with a client made from the global options and the environment: the session's, or one of its
 * own that is closed afterwards.
 */
export async function withClient<T>(run: Run, use: (client: Client) => Promise<T>): Promise<T> {
  const endpoints = await endpointsOf(run);
  const options = { endpoints, timeoutMs: timeoutOf(run), repeatableMs: REPEATABLE_MS };
  if (run.session !== undefined) return withShared(run.session, options, use);
  const client = await openClient(options);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

async function withShared<T>(
  { clients, interrupt }: Session,
  options: ClientOptions,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    const client = await clients.open(options);
    if (interrupt.aborted) throw interrupted();
    return await use(client);
  } catch (error) {
    const isCertain = !(error instanceof KvdError) || error.failure.outcome === "not_applied";
    if (interrupt.aborted && isCertain) throw interrupted(error);
    throw error;
  }
}

/** What a command ends with that Ctrl-C has cancelled. */
export function interrupted(cause?: unknown): ProgramError {
  return new ProgramError("interrupted", { exitCode: EXIT_CODES.interrupted, code: "interrupted", cause });
}

/** Flag before environment before the default port of this host. */
export async function endpointsOf(run: Run): Promise<readonly Address[]> {
  const flag = run.args.optionalText("endpoints");
  const text = flag ?? run.terminal.environment["KVD_ENDPOINTS"];
  if (text === undefined) return [{ host: "127.0.0.1", port: DEFAULT_PORT }];
  const where = flag === undefined ? "KVD_ENDPOINTS" : "--endpoints";
  const addresses = text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const address = parseEndpoint(part);
      if (address === undefined) throw usageError(`${where}: '${part}' is not HOST:PORT`);
      return address;
    });
  if (addresses.length === 0) throw usageError(`${where} names no endpoint; write HOST:PORT[,HOST:PORT...]`);
  return Promise.all(addresses.map(resolveAddress));
}

/** The same address with the host's name looked up. */
export async function resolveAddress(address: Address): Promise<Address> {
  if (isIP(address.host) !== 0) return address;
  try {
    const found = await lookup(address.host, { family: 4 });
    return { host: found.address, port: address.port };
  } catch (error) {
    throw new ProgramError(`the host '${address.host}' is not known`, {
      exitCode: EXIT_CODES.notApplied,
      code: "unknown_host",
      cause: error,
    });
  }
}

export function timeoutOf(run: Run): number {
  return namedTimeoutOf(run) ?? TIMEOUT_MS;
}

/** How long the command may take, ms, if that was said: of a verb that otherwise goes on for ever. */
export function namedTimeoutOf(run: Run): number | undefined {
  const flag = run.args.optionalText("timeout");
  const text = flag ?? run.terminal.environment["KVD_TIMEOUT"];
  if (text === undefined) return undefined;
  return parseDuration(text, flag === undefined ? "KVD_TIMEOUT" : "--timeout");
}

/** Flag before environment before what suits the verb. */
export function formatOf(run: Run, byDefault: OutputFormat): OutputFormat {
  const named = namedFormat(run);
  if (named === undefined) return byDefault;
  if (named === "jsonl") return "json";
  return named === "raw" ? "value" : named;
}

/** The format that was asked for, if one was. */
export function namedFormat(run: Run): (typeof OUTPUT_FORMATS)[number] | undefined {
  const text = run.args.optionalText("output") ?? run.terminal.environment["KVD_OUTPUT"];
  if (text === undefined) return undefined;
  const format = OUTPUT_FORMATS.find((name) => name === text);
  if (format !== undefined) return format;
  throw usageError(`KVD_OUTPUT: '${text}' is not one of ${OUTPUT_FORMATS.join(", ")}`);
}

/** One object on one line, with its kind and the version of its schema. */
export function printJson(run: Run, kind: string, fields: Readonly<Record<string, unknown>>): void {
  if (!run.args.flag("quiet")) run.terminal.out(`${JSON.stringify({ kind, v: 1, ...fields })}\n`);
}

export function print(run: Run, data: string | Uint8Array): void {
  if (!run.args.flag("quiet")) run.terminal.out(data);
}

/** A value by itself: its exact bytes; on a terminal with a line end, and in quotes where commands are typed. */
export function printValue(run: Run, value: Uint8Array): void {
  if (!run.terminal.isOutputTty || namedFormat(run) === "raw") {
    print(run, value);
  } else if (run.terminal.isShell) {
    print(run, `${quoteBytes(value)}\n`);
  } else {
    print(run, value);
    print(run, "\n");
  }
}
