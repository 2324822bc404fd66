import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { slot } from "../../src/base/ids.ts";
import type { Address } from "../../src/base/seams.ts";
import { parseEndpoint } from "../../src/client/endpoint-text.ts";
import { type Client, openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { NodeCaller } from "../torture/node-caller.ts";
import { Daemon, type DaemonOptions, type Ending } from "./daemon.ts";
import { Deviation } from "./fault.ts";
import { Load } from "./load.ts";
import { Witness } from "./witness.ts";

/** For a machine that does many other things. */
export const PATIENCE_MS = 180_000;
const POLL_MS = 50;
/** A log so short that nothing can be made again of it. */
const SETTINGS = ["--tail-slots", "20"];
/** A node that found damage while it ran ends, and mends it at its next start. */
const RESTARTS_MAX = 3;

interface Member {
  readonly name: string;
  readonly dir: string;
  readonly endpoint: string;
  readonly address: Address;
  daemon: Daemon | undefined;
}

export interface Victim {
  readonly name: string;
  readonly dir: string;
  /** What was in `dir` when it was killed. */
  readonly saved: string;
}

/** Three daemons under writes, of which one at a time has something done to its disk. */
export class Bench {
  readonly directory: string;
  readonly random: SeededRandom;
  readonly client: Client;
  readonly load: Load;
  readonly #members: readonly Member[];

  private constructor(directory: string, random: SeededRandom, members: readonly Member[], client: Client) {
    this.directory = directory;
    this.random = random;
    this.client = client;
    this.#members = members;
    this.load = new Load(client, random);
  }

  /** Returns when all of them have the keys in their states, and nothing but a tail in their logs. */
  static async open(directory: string, random: SeededRandom): Promise<Bench> {
    const cluster = await DevCluster.create({ dir: join(directory, "nodes"), names: ["n1", "n2", "n3"] });
    const members = cluster.list().map(({ id: name, dir, endpoint }): Member => {
      const address = parseEndpoint(endpoint);
      if (address === undefined) throw new Error(`'${endpoint}' is no endpoint`);
      return { name, dir, endpoint, address, daemon: undefined };
    });
    const client = await openClient({ endpoints: cluster.addresses() });
    const bench = new Bench(directory, random, members, client);
    try {
      await bench.#begin();
    } catch (error) {
      await bench.close();
      throw error;
    }
    return bench;
  }

  async close(): Promise<void> {
    await this.load.hold().catch(() => undefined);
    this.client.close();
    for (const { daemon } of this.#members) await daemon?.kill();
  }

  start(name: string, options: Partial<DaemonOptions> = {}): Daemon {
    const member = this.member(name);
    const { dir, endpoint } = member;
    const extra = [...SETTINGS, ...(options.extra ?? [])];
    member.daemon = new Daemon({ dir, endpoint, ...options, extra });
    return member.daemon;
  }

  async stop(name: string): Promise<void> {
    await this.member(name).daemon?.stop();
  }

  async kill(name: string): Promise<void> {
    await this.member(name).daemon?.kill();
  }

  member(name: string): Member {
    const member = this.#members.find((one) => one.name === name);
    if (member === undefined) throw new Error(`there is no ${name}`);
    return member;
  }

  daemon(name: string): Daemon {
    const { daemon } = this.member(name);
    if (daemon === undefined) throw new Error(`${name} was never started`);
    return daemon;
  }

  async status(name: string): Promise<NodeStatus | undefined> {
    return this.client.status(this.member(name).address, { timeoutMs: 2000 }).catch(() => undefined);
  }

  async leader(): Promise<string> {
    let leader = "";
    await this.until("somebody leads", async () => {
      for (const { name } of this.#members) {
        if ((await this.status(name))?.serving === true) leader = name;
      }
      return leader !== "";
    });
    return leader;
  }

  /** One that does not lead. */
  async follower(): Promise<string> {
    const leader = await this.leader();
    return this.random.pick(this.#members.filter(({ name }) => name !== leader)).name;
  }

  async handOverTo(name: string): Promise<void> {
    await this.until(`${name} leads`, async () => {
      if ((await this.status(name))?.serving === true) return true;
      await this.client.operator.handOver(name, { timeoutMs: 5000 }).catch(() => undefined);
      return false;
    });
  }

  async until(
    what: string,
    holds: () => Promise<boolean> | boolean,
    patienceMs = PATIENCE_MS,
  ): Promise<void> {
    const endMs = performance.now() + patienceMs;
    while (!(await holds())) {
      if (performance.now() > endMs) throw new Deviation(`in vain: ${what}`);
      await sleep(POLL_MS);
    }
  }

  /** Kills a follower, and keeps its directory as it is; neither is in use until the follower is started again. */
  async victim(): Promise<Victim> {
    return this.victimNamed(await this.follower());
  }

  async victimNamed(name: string): Promise<Victim> {
    await this.kill(name);
    const { dir } = this.member(name);
    const saved = `${dir}.saved`;
    this.copy(dir, saved);
    return { name, dir, saved };
  }

  /** Some member but `name`. */
  other(name: string): string {
    return this.random.pick(this.#members.filter((one) => one.name !== name)).name;
  }

  /** As `kvadm cluster new` takes them. */
  memberArguments(): readonly string[] {
    return this.#members.map(({ name, endpoint }) => `${name}=${endpoint}`);
  }

  /** Of a node that belongs to another cluster by now: a client of this one is not answered. */
  async foreignStatus(name: string): Promise<NodeStatus | undefined> {
    const { address } = this.member(name);
    const client = await openClient({ endpoints: [address] });
    try {
      return await client.status(address, { timeoutMs: 2000 }).catch(() => undefined);
    } finally {
      client.close();
    }
  }

  /** Whether the node alone answers a linearizable read. */
  async answersReads(name: string): Promise<boolean> {
    const caller = await NodeCaller.open(this.member(name).address);
    try {
      await caller.get("base/0000", 2000);
      return true;
    } catch {
      return false;
    } finally {
      caller.close();
    }
  }

  /** Whatever is at `to` goes. */
  copy(from: string, to: string): void {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true });
  }

  /** The node ends with this status and says so. What it said last. */
  async ends(daemon: Daemon, status: number, line: RegExp): Promise<string> {
    const ending = await daemon.endingWithin(PATIENCE_MS);
    if (ending === undefined) throw new Deviation(`it runs on: ${lastLine(daemon.text)}`);
    const said = lastLine(ending.text);
    if (ending.status !== status)
      throw new Deviation(`it ended with ${ending.status ?? ending.signal}: ${said}`);
    if (!line.test(said)) throw new Deviation(`it does not say ${line}: ${said}`);
    return `exit ${status}: ${said.slice(0, 100)}`;
  }

  /** What is seen of a node that was started: it serves as the others' equal, or ends. Never anything wrong. */
  async outcome(name: string): Promise<Ending | "equal"> {
    const witness = await Witness.open(this.member(name).address, this.load, this.random);
    try {
      for (let restarts = 0; ; restarts++) {
        const ending = await this.#untilEqual(name);
        if (witness.wrong !== undefined) throw new Deviation(witness.wrong);
        if (ending === undefined) return "equal";
        if (!isMending(ending) || restarts === RESTARTS_MAX) return ending;
        this.start(name);
      }
    } finally {
      await witness.close();
    }
  }

  /**
   * Sees `work` to its end, which the node is asked for; how often the node ended meanwhile over damage that it found, and
   * was started again, as a service manager does.
   */
  async restartsDuring(name: string, work: Promise<void>): Promise<number> {
    work.catch(() => undefined);
    for (let restarts = 0; ; restarts++) {
      const ending = await Promise.race([
        work.then(() => undefined),
        this.daemon(name).endingWithin(PATIENCE_MS),
      ]);
      if (ending === undefined) return work.then(() => restarts);
      if (!isMending(ending) || restarts === RESTARTS_MAX) throw new Deviation(endingText(ending));
      this.start(name);
    }
  }

  /** The node comes back by itself; `says`: what its log tells of it. */
  async returns(name: string, says?: RegExp): Promise<string> {
    const outcome = await this.outcome(name);
    if (outcome !== "equal") throw new Deviation(endingText(outcome));
    const { text } = this.daemon(name);
    if (says === undefined) return "equal to the others";
    const [found] = says.exec(text) ?? [];
    if (found === undefined) throw new Deviation(`its log does not say ${says}`);
    return `${found}; equal to the others`;
  }

  /** Undefined once the node is the others' equal; how it ended when it did before that. */
  async #untilEqual(name: string): Promise<Ending | undefined> {
    const daemon = this.daemon(name);
    const goal = Math.max(...(await this.#statuses()).map((status) => status?.applied ?? 0));
    let last: NodeStatus | undefined;
    try {
      await this.until("it catches up", async () => {
        if (!daemon.isRunning) return true;
        last = await this.status(name);
        return last !== undefined && last.applied >= goal && last.damaged === 0 && last.alarms.length === 0;
      });
    } catch (error) {
      throw error instanceof Deviation ? new Deviation(`${error.message}: ${standing(last)}`) : error;
    }
    if (!daemon.isRunning) return daemon.endingWithin(PATIENCE_MS);
    await this.load.hold();
    const difference = await this.#difference();
    this.load.begin();
    if (!daemon.isRunning) return daemon.endingWithin(PATIENCE_MS);
    if (difference !== undefined) throw new Deviation(difference);
    return undefined;
  }

  async #begin(): Promise<void> {
    for (const { name } of this.#members) this.start(name);
    await this.leader();
    await this.load.writeBase();
    this.load.begin();
    await this.until("the logs are cut", async () => {
      const all = await this.#statuses();
      return all.every((status) => (status?.firstKept ?? 0) > 1);
    });
  }

  #statuses(): Promise<readonly (NodeStatus | undefined)[]> {
    return Promise.all(this.#members.map(({ name }) => this.status(name)));
  }

  /** What is not the same at all nodes that run, while nobody writes, or is not what was written. */
  async #difference(): Promise<string | undefined> {
    const running = this.#members.filter(({ daemon }) => daemon?.isRunning === true);
    let all: NodeStatus[] = [];
    await this.until("all have applied the same", async () => {
      all = (await this.#statuses()).flatMap((status) => (status === undefined ? [] : [status]));
      const isSame = all.every(({ applied, chosen }) => applied === all[0]?.applied && applied === chosen);
      return (all.length === running.length && isSame) || running.some(({ daemon }) => !daemon?.isRunning);
    });
    const essences = all.map(
      ({ applied, revision, keys, digest }) => `${applied} ${revision} ${keys} ${digest}`,
    );
    if (new Set(essences).size > 1) return `they differ: ${essences.join("; ")}`;
    const contents = new Set<string>();
    for (const { address, name, daemon } of running) {
      const caller = await NodeCaller.open(address);
      try {
        // Nobody waits for the answer of one that ended over what it was to read.
        const ending = daemon?.endingWithin(PATIENCE_MS).then(() => undefined);
        const records = await Promise.race([caller.allRecords(slot(0), PATIENCE_MS), ending]);
        if (records === undefined) throw new Deviation(`${name} does not tell what it has`);
        const texts = [...records].map(([key, { record }]) => [key, textOf(record)] as const);
        const fault = this.load.faultIn(new Map(texts));
        if (fault !== undefined) return `${name}: ${fault}`;
        contents.add(
          JSON.stringify([...records].map(([key, { record }]) => [key, record?.modRevision, textOf(record)])),
        );
      } catch (error) {
        if (daemon?.isRunning !== true) return undefined;
        throw error;
      } finally {
        caller.close();
      }
    }
    return contents.size > 1 ? "their contents differ" : undefined;
  }
}

/** It found damage while it ran: its next start mends that. */
function isMending({ signal, text }: Ending): boolean {
  return signal === "SIGKILL" && /rebuilt at the next start/.test(text);
}

function endingText({ status, signal, text }: Ending): string {
  return `it ended with ${status ?? signal}: ${lastLine(text)}`;
}

function textOf(record: { readonly value: Uint8Array } | undefined): string {
  return record === undefined ? "" : Buffer.from(record.value).toString();
}

export function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

function standing(status: NodeStatus | undefined): string {
  if (status === undefined) return "it does not answer";
  const { applied, chosen, damaged, alarms } = status;
  return `applied ${applied} of ${chosen}, ${damaged} damaged, alarms: ${alarms.join("; ")}`;
}
