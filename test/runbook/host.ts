import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { KVADM } from "../../src/cli/kvadm.ts";
import { KVCLI } from "../../src/cli/kvcli.ts";
import { runProgram } from "../../src/cli/program.ts";
import { freePorts } from "../../src/dev/ports.ts";
import { FakeTerminal } from "../cli/fake-terminal.ts";
import { type Ended, endOf } from "../e2e/programs.ts";
import { REPOSITORY } from "../tidy/source-files.ts";

const BIN = join(REPOSITORY, "bin");
const UDP_PORTS = [7401, 7402, 7403, 7404, 7410, 7411, 7412, 7413];
const TCP_PORTS = [7480, 7481, 7482, 7483];
/** What is the host's own in the document, and lies below a directory of the test here. */
const PLACES = /(?<![\w/])\/(?:var\/lib\/kvd|etc\/kvd|tmp\/look)(?=\/|\s|$)/g;
/** A command without anything that a shell would have to understand. */
const PLAIN = /^(kvadm|kvcli) [\w@%+=:,./ -]+$/;
const PORT_TAKEN = EXIT_CODES.local;
const PATIENCE = "60s";
const WAIT_MS_MAX = 180_000;
/** What says where a node listens for HTTP; without it that is the default, which two hosts on one machine cannot share. */
const HTTP_NAMED = /--(?:config|http-listen) /;

/**
 * The host of whoever follows the document: a directory to work in, which is made the process's own, its shell's variables,
 * the nodes that were started. Paths and ports of the document are others here; apart from that its commands run as they stand.
 */
export class Host {
  /** Where the reader stands. */
  readonly work: string;
  readonly #root: string;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #variables: Record<string, string> = { KVD_TIMEOUT: PATIENCE };
  readonly #nodes = new Map<string, ChildProcess>();
  readonly #before = process.cwd();
  readonly #openedMs = performance.now();
  /** What ran, how it ended, when and for how long. */
  readonly #course: string[] = [];
  #isClosed = false;

  constructor(root: string, ports: ReadonlyMap<string, number>) {
    this.#root = root;
    this.#ports = ports;
    this.work = join(root, "work");
    mkdirSync(this.work);
    process.chdir(this.work);
  }

  static async open(root: string): Promise<Host> {
    const udp = await freePorts(UDP_PORTS.length);
    const tcp = await freePorts(TCP_PORTS.length, "tcp");
    const free = [...udp, ...tcp];
    return new Host(
      root,
      new Map([...UDP_PORTS, ...TCP_PORTS].map((port, at) => [`${port}`, free[at] ?? 0])),
    );
  }

  /** The text with this host's paths and ports in the place of the document's. */
  here(text: string): string {
    return text
      .replace(PLACES, (place) => join(this.#root, place))
      .replace(/(?<=127\.0\.0\.1:)74\d\d/g, (port) => `${this.#ports.get(port) ?? port}`);
  }

  /** Runs a command of the document to its end. `export NAME=VALUE` holds for all that follow. */
  async run(documented: string): Promise<Ended> {
    const startMs = performance.now();
    const ended = await this.#runToEnd(documented);
    const [at, took] = [startMs - this.#openedMs, performance.now() - startMs].map(seconds);
    this.#course.push(`at ${at}, ${took}, status ${ended.status}: ${documented}`);
    return ended;
  }

  async #runToEnd(documented: string): Promise<Ended> {
    const text = this.here(documented);
    const exported = /^export (\w+)=(\S+)$/.exec(text);
    if (exported !== null) {
      this.#variables[exported[1] ?? ""] = exported[2] ?? "";
      return { status: 0, stdout: "", stderr: "" };
    }
    if (!PLAIN.test(text)) return this.#runInShell(text);
    const [name, ...words] = text.split(/ +/);
    const terminal = new FakeTerminal(this.#variables);
    const ending = runProgram(name === "kvcli" ? KVCLI : KVADM, words, terminal);
    const status = await Promise.race([ending, sleep(WAIT_MS_MAX, null, { ref: false })]);
    return { status, stdout: terminal.stdout, stderr: terminal.stderr };
  }

  async #runInShell(text: string): Promise<Ended> {
    const child = spawn("bash", ["-o", "pipefail", "-ec", text], {
      cwd: this.work,
      env: this.#environment(),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: WAIT_MS_MAX,
    });
    return endOf(child);
  }

  /**
   * Starts the node `name` by its `kvd start ...`, in a terminal of its own; it writes a trace, `NAME.jsonl`. As the unit
   * does, it starts a node again that found its port taken: while it was down, some other program may have got it.
   */
  start(name: string, documented: string): void {
    const log = openSync(join(this.work, `${name}.log`), "a");
    const [program = "", ...words] = this.here(documented).split(/ +/);
    const http = HTTP_NAMED.test(documented) ? {} : { KVD_SERVER_HTTP_LISTEN: this.here("127.0.0.1:7480") };
    const child = spawn(process.execPath, [join(BIN, program), ...words], {
      cwd: this.work,
      env: { ...this.#environment(), ...http, KVD_SERVER_TRACE: `${name}.jsonl` },
      stdio: ["ignore", "ignore", log],
    });
    this.#nodes.set(name, child);
    child.once("exit", (status) => {
      if (status === PORT_TAKEN && !this.#isClosed) this.start(name, documented);
    });
  }

  /** Stops a node as a service manager does. */
  async stop(name: string): Promise<void> {
    this.#node(name).kill("SIGTERM");
    await this.ended(name);
  }

  /** The exit status of a node that ends by itself. */
  async ended(name: string): Promise<number | null> {
    const child = this.#node(name);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    return child.exitCode;
  }

  /** What ran, and the last lines of every node's log, for whoever looks for what went wrong. */
  account(): string {
    const tail = (name: string) =>
      readFileSync(join(this.work, `${name}.log`), "utf8")
        .split("\n")
        .slice(-6);
    const logs = [...this.#nodes.keys()].flatMap((name) => [`${name}:`, ...tail(name)]);
    return [...this.#course, ...logs].join("\n");
  }

  /** Ends every node that still runs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const [name, child] of this.#nodes) {
      child.kill("SIGKILL");
      await this.ended(name);
    }
    process.chdir(this.#before);
  }

  #node(name: string): ChildProcess {
    const child = this.#nodes.get(name);
    if (child === undefined) throw new Error(`there is no node ${name}`);
    return child;
  }

  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith("KVD_"));
    return { ...Object.fromEntries(inherited), ...this.#variables, PATH: `${BIN}:${process.env["PATH"]}` };
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
