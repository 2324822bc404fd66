import type { Address, Fatal } from "../../base/seams.ts";
import { formatEndpoint } from "../../client/endpoint-text.ts";
import { isLoopback } from "../../client/links.ts";
import { diskSpace } from "../../io/disk-space.ts";
import { openSdNotify } from "../../io/sd-notify.ts";
import { SystemClock } from "../../io/system-clock.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import { SystemRandom } from "../../io/system-random.ts";
import { SystemTimers } from "../../io/system-timers.ts";
import type { UdpNetwork } from "../../io/udp-network.ts";
import { BindError, openUdpNetwork } from "../../io/udp-network.ts";
import type { Log } from "../../node/log.ts";
import { KvdNode } from "../../node/node.ts";
import type { Retire } from "../../node/retire.ts";
import { ownMember } from "../../node/roster.ts";
import type { Member } from "../../paxos/membership.ts";
import { type OpenDeps, openDataDirectory } from "../../storage/data-directory.ts";
import { markFenced, markRetired } from "../../storage/directory-contents.ts";
import type { Storage } from "../../storage/storage.ts";
import { Endpoint } from "../../transport/endpoint.ts";
import type { Command, Run } from "../command.ts";
import type { Config } from "../config.ts";
import { dataDirectoryProblem } from "../data-directory-problem.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { HttpService, HttpServiceOptions } from "../http-service.ts";
import { isJournalStream } from "../journal.ts";
import { openLog } from "../log-lines.ts";
import { machineFigures } from "../machine-figures.ts";
import { NodeTrace } from "../node-trace.ts";
import { ProgramError } from "../program-error.ts";
import { ServiceReport } from "../service-report.ts";
import { sharedSettings } from "../shared-settings.ts";
import { VERSION } from "../version.ts";
import { configOf, SETTING_OPTIONS } from "./config-options.ts";

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** `kvd start`: one node, until it is told to stop. */
export const startCommand: Command = {
  usage: "start",
  describe: "run the node of a data directory until SIGTERM",
  options: SETTING_OPTIONS,
  examples: [
    ["$0 start --config /etc/kvd/kvd.yaml", "as a service does"],
    ["$0 start --data-dir /tmp/kvd --security plain", "without a file"],
  ],
  run: start,
};

async function start(run: Run): Promise<ExitCode> {
  const { config } = await configOf(run);
  const clock = new SystemClock();
  const log = openLog({
    least: config.log_level,
    format: config.log_format,
    isJournal: isJournalStream(run.terminal.environment["JOURNAL_STREAM"], process.stderr.fd),
    write: (line) => run.terminal.err(line),
    wallMs: () => clock.wallMs(),
  });
  const fatal = failStop(log);
  const random = new SystemRandom();
  const timers = new SystemTimers();
  const crypto = new SystemCrypto();
  let trace: NodeTrace | undefined;
  process.once("uncaughtException", (error) => {
    trace?.flushNow();
    fatal("a broken invariant", error);
  });
  process.once("unhandledRejection", (error) => fatal("a broken invariant", error));
  const onStateLost: OpenDeps["onStateLost"] = (reason, remedy) =>
    log("warning", remedy === "rebuilt" ? "state_rebuilt" : "state_lost", { reason });
  const manager = openSdNotify(run.terminal.environment, process.pid);
  const report = manager === undefined ? undefined : new ServiceReport({ manager, clock, timers });
  const storage = await openDirectory(config.data_dir, { timers, crypto, fatal, onStateLost });
  const network = await bind(config, storage, log);
  // Asked by requests alone, and none comes before this turn has made the node.
  const principals = () => node.principals();
  const http = await openHttp(config, { storage, network, log, principals });
  if (config.trace !== undefined)
    trace = new NodeTrace(config.trace, storage.identity, { clock, crypto, log });
  const node = new KvdNode(
    {
      version: VERSION,
      history: config.history,
      space: config.space,
      tail: config.tail,
      snapshotPeriod: config.snapshotPeriod,
      settings: sharedSettings(config),
    },
    {
      storage,
      network,
      openTransport: (options, deps) => new Endpoint(options, deps),
      clock,
      timers,
      random,
      crypto,
      log: trace?.log ?? log,
      isSameHost: isLoopback,
      disk: () => diskSpace(config.data_dir),
      machine: machineFigures(network),
      onStep: trace?.onStep,
      retire: retirement(log, config.data_dir),
      fence: fencing(log, config.data_dir),
    },
  );
  // Listened for before anybody is told that there is something to be stopped.
  const stop = stopSignal();
  node.start();
  report?.listening(() => node.status());
  const { host, port } = network.local;
  log("info", "started", {
    node: ownMember(storage.identity).name,
    listen: `${host}:${port}`,
    version: VERSION,
  });
  const signal = await stop;
  log("info", "stopping", { signal });
  report?.stopping();
  await http?.close();
  await node.stop();
  await trace?.close();
  log("info", "stopped", {});
  // Nothing is owed to anyone any more, and a native thread of the disk must not hold the exit up.
  process.exit(EXIT_CODES.done);
}

async function openDirectory(path: string, deps: OpenDeps): Promise<Storage> {
  try {
    return await openDataDirectory(path, deps);
  } catch (error) {
    throw dataDirectoryProblem(error);
  }
}

/** Opens the node's port; what it refuses is refused before anything was said to anyone. */
async function bind(config: Config, storage: Storage, log: Log): Promise<UdpNetwork> {
  try {
    const member = ownMember(storage.identity);
    if (config.name !== undefined && config.name !== member.name) {
      const message = `${config.data_dir} belongs to node ${member.name}, not to ${config.name}: name the right directory`;
      throw new ProgramError(message, { exitCode: EXIT_CODES.unsafe, code: "foreign" });
    }
    const address: Address = config.listen ?? member.address;
    if (!isLoopback(address)) {
      const message = `${address.host} is not a loopback address: with security: plain nothing is encrypted`;
      throw new ProgramError(`${message}; use 127.0.0.1 or ::1 in the cluster file`, {
        exitCode: EXIT_CODES.usage,
        code: "config",
      });
    }
    const network = await openUdpNetwork(address);
    warnOfOtherAddress(log, network.local, member);
    return network;
  } catch (error) {
    await storage.close();
    if (error instanceof BindError)
      throw new ProgramError(error.message, { exitCode: EXIT_CODES.local, code: "bind", cause: error });
    throw error;
  }
}

/** The members look for it where they believe it to be, and may be right when something in between passes all on. */
function warnOfOtherAddress(log: Log, local: Address, { name, address }: Member): void {
  const [listen, known] = [formatEndpoint(local), formatEndpoint(address)];
  if (listen !== known) log("warning", "listens_elsewhere", { node: name, listen, known_at: known });
}

interface HttpParts extends Pick<HttpServiceOptions, "log" | "principals"> {
  readonly storage: Storage;
  readonly network: UdpNetwork;
}

/** Opens the HTTP port, unless it is off; what it refuses is refused before anything was said to anyone. */
async function openHttp(
  { http }: Config,
  { storage, network, log, principals }: HttpParts,
): Promise<HttpService | undefined> {
  if (http === undefined) return undefined;
  try {
    const node = ownMember(storage.identity).name;
    // A third of what a process of kvd has to load, which `init` and a node without HTTP need not wait for.
    const { openHttpService } = await import("../http-service.ts");
    return await openHttpService(http, { node, address: network.local, log, principals });
  } catch (error) {
    network.close();
    await storage.close();
    throw error;
  }
}

/**
 * Kills this process, so that nothing more is said to anyone (I33) and the supervisor starts it afresh. By
 * signal: an ordinary exit waits for the very disk that has failed.
 */
function failStop(log: Log): Fatal {
  return (reason, cause) => {
    logFatal(log, reason, cause);
    process.kill(process.pid, "SIGKILL");
    throw new Error("unreachable");
  };
}

/**
 * Ends this process with a status that tells the supervisor not to start it again, and marks its directory:
 * each start raises a count, so that an old copy, refused once, would be the newer one the next time.
 */
function retirement(log: Log, directory: string): Retire {
  return (why, reason) => {
    if (why === "removed") log("warning", "removed", { reason });
    else logFatal(log, reason, undefined);
    markRetired(directory, reason);
    process.exit(why === "removed" ? EXIT_CODES.removed : EXIT_CODES.unhealthy);
  };
}

/** Marks the directory's state as wrong, and ends this process: the next start votes, and serves nobody from it. */
function fencing(log: Log, directory: string): Fatal {
  const end = failStop(log);
  return (reason, cause) => {
    markFenced(directory, reason);
    return end(`${reason}: this node is fenced from its next start on; kvadm refetch`, cause);
  };
}

function logFatal(log: Log, reason: string, cause: unknown): void {
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? "");
  log("error", "fatal", { reason, detail: detail.replaceAll("\n", " | ") });
}

/** The first signal to stop; a second one ends the process at once, and is no failure either. */
function stopSignal(): Promise<NodeJS.Signals> {
  let isStopping = false;
  return new Promise((resolve) => {
    for (const signal of STOP_SIGNALS) {
      process.on(signal, () => {
        if (isStopping) process.exit(EXIT_CODES.done);
        isStopping = true;
        resolve(signal);
      });
    }
  });
}
