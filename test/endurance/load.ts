import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { DevCluster } from "../../src/dev/cluster.ts";
import type { LoadSetup } from "./load-process.ts";
import {
  joinEnds,
  joinReports,
  type LoadCommand,
  type LoadEnd,
  type LoadMessage,
  type LoadReport,
} from "./load-report.ts";

const PROGRAM = join(import.meta.dirname, "load-process.js");

export interface LoadOptions {
  readonly seed: number;
  readonly processes: number;
  /** Each does one thing at a time. */
  readonly workersPerProcess: number;
  /** All together. A turn is one request, sometimes a few. */
  readonly turnsPerSecond: number;
}

/** Processes that use a cluster through the client library, each with keys of its own, and check what they are told. */
export class Load {
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  /** Returns when all of them have begun. */
  static async start(cluster: DevCluster, options: LoadOptions): Promise<Load> {
    const { seed, processes, workersPerProcess: workers } = options;
    const children = Array.from({ length: processes }, (_, index) => {
      const setup: LoadSetup = {
        name: `load/${index}`,
        seed: seed * processes + index,
        endpoints: cluster.addresses(),
        urls: cluster.urls(),
        workers,
        turnsPerSecond: options.turnsPerSecond / processes,
      };
      return fork(PROGRAM, [JSON.stringify(setup)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    });
    const load = new Load(children);
    await Promise.all(children.map((child) => nextMessage(child, "started")));
    return load;
  }

  /** What they saw since this was called before. */
  async report(): Promise<LoadReport> {
    return joinReports(await this.#ask("report", "report").then((all) => all.map(({ report }) => report)));
  }

  /** Lets each end what it is at, compares what is stored with what was acknowledged, and ends them. */
  async finish(): Promise<LoadEnd> {
    return joinEnds(await this.#ask("finish", "ended").then((all) => all.map(({ end }) => end)));
  }

  /** Ends them without a word. */
  kill(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #ask<Kind extends LoadMessage["kind"]>(
    command: LoadCommand,
    kind: Kind,
  ): Promise<readonly MessageOf<Kind>[]> {
    return Promise.all(
      this.#children.map((child) => {
        const answer = nextMessage(child, kind);
        child.send(command);
        return answer;
      }),
    );
  }
}

type MessageOf<Kind extends LoadMessage["kind"]> = Extract<LoadMessage, { kind: Kind }>;

function nextMessage<Kind extends LoadMessage["kind"]>(
  child: ChildProcess,
  kind: Kind,
): Promise<MessageOf<Kind>> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`a process of the load ended with ${code}`));
    const onMessage = (message: unknown): void => {
      const told = message as LoadMessage;
      if (told.kind !== kind) return;
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(told as MessageOf<Kind>);
    };
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}
