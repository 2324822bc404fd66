import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { KvdError } from "../base/errors.ts";
import type { Address } from "../base/seams.ts";
import type { Client } from "../client/client.ts";
import { parseEndpoint } from "../client/endpoint-text.ts";
import { openClient } from "../client/open.ts";
import { makeDirectories } from "./make-directories.ts";
import { MisuseError } from "./misuse-error.ts";
import { freePorts } from "./ports.ts";
import type { ProcessState } from "./process-identity.ts";
import { signalProcess, stateOf } from "./process-identity.ts";
import { runToEnd, startDaemon } from "./programs.ts";
import type { NodeEntry } from "./state-file.ts";
import { readState, writeState } from "./state-file.ts";

const HOST = "127.0.0.1";
const CLUSTER_FILE = "cluster.yaml";
const READY_MS = 30_000;
/** Handing leadership over takes two election time-outs at most, closing the disk a little more. */
const STOP_MS = 10_000;
const POLL_MS = 20;

/** `kvd-dev` in the temporary directory. */
export const DEFAULT_DEV_DIR = join(tmpdir(), "kvd-dev");

/** One node, as `kvadm dev ls` shows it. */
export interface DevNode {
  /** Its name: `n1`. */
  readonly id: string;
  /** Undefined when it is stopped. */
  readonly pid: number | undefined;
  readonly endpoint: string;
  /** Where its HTTP interface listens: `http://127.0.0.1:7480`. */
  readonly url: string;
  /** Its data directory. */
  readonly dir: string;
  /** Where its stderr goes. */
  readonly log: string;
  readonly state: ProcessState;
}

export interface DevOptions {
  readonly dir?: string;
  /** Three by default; of a cluster that is there already, its own number. */
  readonly nodes?: number;
  /** Further arguments of every `kvd start`. */
  readonly startArguments?: readonly string[];
}

export interface NewCluster {
  readonly dir: string;
  /** One node for each. */
  readonly names: readonly string[];
  /** `HOST:PORT` at which the nodes believe each other, when something stands in between; by default their own. */
  readonly advertised?: readonly string[];
}

/**
 * A cluster of real `kvd` processes on this host. The processes are no children that die with this one:
 * a later command finds them again through the file `dev.json` in the cluster's directory. Errors are
 * plain `Error`s with one line for people; those of the caller are `MisuseError`s.
 */
export class DevCluster {
  readonly dir: string;
  readonly #startArguments: readonly string[];
  #entries: readonly NodeEntry[];

  constructor(dir: string, entries: readonly NodeEntry[], startArguments: readonly string[] = []) {
    this.dir = dir;
    this.#entries = entries;
    this.#startArguments = startArguments;
  }

  /**
   * Makes the cluster if it is not there, starts the nodes that do not run, and returns when a leader serves
   * and each of those nodes answers.
   */
  static async up(options: DevOptions = {}): Promise<DevCluster> {
    const dir = resolve(options.dir ?? DEFAULT_DEV_DIR);
    const found = readState(dir);
    if (found !== undefined && options.nodes !== undefined && options.nodes !== found.length) {
      throw new MisuseError(
        `${dir} holds a cluster of ${found.length} nodes: take another directory, or remove it`,
      );
    }
    const entries = found ?? (await createNodes({ dir, names: numberedNames(options.nodes ?? 3) }));
    const cluster = new DevCluster(dir, entries, options.startArguments);
    const stopped = cluster.list().filter(({ state }) => state === "stopped");
    for (const { id } of stopped) cluster.start(id);
    await cluster.waitForLeader();
    // A majority has a leader before the last one listens.
    await Promise.all(stopped.map(({ id }) => cluster.waitForAnswer(id)));
    return cluster;
  }

  /** Makes a cluster whose nodes are not started yet. */
  static async create(options: NewCluster): Promise<DevCluster> {
    return new DevCluster(options.dir, await createNodes(options));
  }

  /** The cluster that `up` made in `dir`. */
  static open(options: Pick<DevOptions, "dir" | "startArguments"> = {}): DevCluster {
    const dir = resolve(options.dir ?? DEFAULT_DEV_DIR);
    const entries = readState(dir);
    if (entries === undefined) throw new Error(`there is no cluster in ${dir}: start one with kvadm dev up`);
    return new DevCluster(dir, entries, options.startArguments);
  }

  /** Lets one more node in and starts it: it votes as soon as it has caught up. */
  async join(id: string): Promise<void> {
    const [entry] = await newEntries(this.dir, [id]);
    if (entry === undefined) return;
    const file = join(this.dir, `${id}.join`);
    const where = ["--endpoints", this.endpoints().join(","), "--timeout", `${READY_MS}ms`];
    await runToEnd("kvadm", ["member", "add", id, entry.endpoint, "--file", file, ...where]);
    await runToEnd("kvd", ["init", "--join", file, "--data-dir", entry.dir]);
    this.#entries = [...this.#entries, entry];
    this.start(id);
  }

  /** `HOST:PORT` of every node. */
  endpoints(): readonly string[] {
    return this.#entries.map((entry) => entry.endpoint);
  }

  /** Where the HTTP interface of every node listens: `http://127.0.0.1:7480`. */
  urls(): readonly string[] {
    return this.#entries.map((entry) => `http://${entry.http}`);
  }

  addresses(): readonly Address[] {
    return this.#entries.map((entry) => addressOf(entry));
  }

  /** Of the nodes that run or are paused. */
  pids(): readonly number[] {
    return this.list().flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** The nodes in the order of their names, as they are now. */
  list(): readonly DevNode[] {
    return this.#entries.map(({ id, endpoint, http, dir, log, process }) => {
      const state = stateOf(process);
      const pid = state === "stopped" ? undefined : process?.pid;
      return { id, pid, endpoint, url: `http://${http}`, dir, log, state };
    });
  }

  /** SIGKILL; returns when the process is gone. */
  async kill(id: string): Promise<void> {
    this.#signal(id, "SIGKILL");
    await this.#untilStopped([id], STOP_MS);
  }

  /** SIGSTOP. */
  pause(id: string): void {
    this.#signal(id, "SIGSTOP");
  }

  /** SIGCONT. */
  resume(id: string): void {
    this.#signal(id, "SIGCONT");
  }

  /** Starts a node that does not run; returns at once. */
  start(id: string): void {
    const entry = this.#entry(id);
    if (stateOf(entry.process) !== "stopped") throw new Error(`${id} is running already`);
    const own = ["--data-dir", entry.dir, "--listen", entry.endpoint, "--security", "plain"];
    const args = ["start", ...own, "--http-listen", entry.http, ...this.#startArguments];
    const process = startDaemon(args, entry.log);
    this.#entries = this.#entries.map((other) => (other.id === id ? { ...entry, process } : other));
    writeState(this.dir, this.#entries);
  }

  /** Stops the node as a service manager does, if it runs, and starts it; returns when it answers. */
  async restart(id: string): Promise<void> {
    await this.#stop([id]);
    this.start(id);
    await this.waitForAnswer(id);
  }

  /** Stops every node: SIGTERM, and SIGKILL for what is still there after ten seconds. The data stay. */
  async down(): Promise<void> {
    await this.#stop(this.#entries.map((entry) => entry.id));
  }

  /** Returns when a leader serves; rejects when a node ended or time is up. */
  async waitForLeader(timeoutMs = READY_MS): Promise<void> {
    await this.#withClient((client) =>
      this.#unlessEnded(client.get("kvd-dev-ready", { timeoutMs }).then(() => undefined)),
    );
  }

  /** Returns when the node answers, quorum or not. */
  async waitForAnswer(id: string, timeoutMs = READY_MS): Promise<void> {
    const address = addressOf(this.#entry(id));
    await this.#withClient((client) =>
      this.#unlessEnded(
        client.ping(address, { timeoutMs }).then(() => undefined),
        [id],
      ),
    );
  }

  async #withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = await openClient({ endpoints: this.addresses() });
    try {
      return await use(client);
    } catch (error) {
      if (!(error instanceof KvdError)) throw error;
      throw new Error(`the cluster in ${this.dir} is not ready: ${error.message}`, { cause: error });
    } finally {
      client.close();
    }
  }

  /** Waits for `ready`, unless one of the nodes that it depends on ends first: then says its last words. */
  async #unlessEnded(ready: Promise<void>, ids?: readonly string[]): Promise<void> {
    let isReady = false;
    const settled = ready.finally(() => {
      isReady = true;
    });
    settled.catch(() => undefined);
    const watched = ids ?? this.list().flatMap(({ id, state }) => (state === "stopped" ? [] : [id]));
    while (!isReady) {
      const ended = this.list().find((node) => watched.includes(node.id) && node.state === "stopped");
      if (ended !== undefined)
        throw new Error(`${ended.id} ended: ${lastLine(ended.log)} (see ${ended.log})`);
      await Promise.race([settled, pause(POLL_MS)]);
    }
    await settled;
  }

  async #stop(ids: readonly string[]): Promise<void> {
    const chosen = ids.map((id) => this.#entry(id));
    for (const { process } of chosen) {
      signalProcess(process, "SIGTERM");
      signalProcess(process, "SIGCONT");
    }
    if (await this.#areStopped(ids, STOP_MS)) return;
    for (const { process } of chosen) signalProcess(process, "SIGKILL");
    await this.#untilStopped(ids, STOP_MS);
  }

  async #untilStopped(ids: readonly string[], timeoutMs: number): Promise<void> {
    if (!(await this.#areStopped(ids, timeoutMs))) throw new Error(`${ids.join(", ")} did not stop`);
  }

  async #areStopped(ids: readonly string[], timeoutMs: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += POLL_MS) {
      if (ids.every((id) => stateOf(this.#entry(id).process) === "stopped")) return true;
      await pause(POLL_MS);
    }
    return false;
  }

  #signal(id: string, signal: NodeJS.Signals): void {
    if (!signalProcess(this.#entry(id).process, signal)) throw new Error(`${id} is not running`);
  }

  #entry(id: string): NodeEntry {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (entry !== undefined) return entry;
    const names = this.#entries.map((candidate) => candidate.id).join(", ");
    throw new MisuseError(`there is no node '${id}' in ${this.dir}: there are ${names}`);
  }
}

function numberedNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`);
}

async function createNodes({ dir, names, advertised }: NewCluster): Promise<readonly NodeEntry[]> {
  makeDirectories(dir);
  const entries = await newEntries(dir, names);
  const file = join(dir, CLUSTER_FILE);
  const members = entries.map(({ id, endpoint }, index) => `${id}=${advertised?.[index] ?? endpoint}`);
  await runToEnd("kvadm", ["cluster", "new", ...members, "--file", file]);
  await Promise.all(
    entries.map((entry) =>
      runToEnd("kvd", ["init", "--cluster", file, "--node", entry.id, "--data-dir", entry.dir]),
    ),
  );
  writeState(dir, entries);
  return entries;
}

async function newEntries(dir: string, names: readonly string[]): Promise<readonly NodeEntry[]> {
  const ports = await freePorts(names.length);
  const httpPorts = await freePorts(names.length, "tcp");
  return names.map((id, index): NodeEntry => {
    const endpoint = `${HOST}:${ports[index]}`;
    const http = `${HOST}:${httpPorts[index]}`;
    return { id, endpoint, http, dir: join(dir, id), log: join(dir, `${id}.log`), process: undefined };
  });
}

function addressOf(entry: NodeEntry): Address {
  const address = parseEndpoint(entry.endpoint);
  if (address === undefined) throw new Error(`'${entry.endpoint}' is not HOST:PORT`);
  return address;
}

function lastLine(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").at(-1) ?? "";
  } catch {
    return "it left no log";
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
