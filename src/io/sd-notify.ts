import { type ChildProcess, spawn } from "node:child_process";

/**
 * Reads assignments line by line and gives each to the program that systemd brings for it. Kept for the
 * life of the daemon: it is the small shell that forks, never the daemon with all its memory.
 */
const HELPER = 'while IFS= read -r line; do systemd-notify "$line"; done';
/** What waits for a helper that hangs; beyond it assignments are lost, and the manager does what it does then. */
const WAITING_BYTES_MAX = 64 * 1024;

/** The variables by which a service manager says what it wants to hear: sd_notify(3), sd_watchdog_enabled(3). */
export interface ManagerEnvironment {
  readonly [name: string]: string | undefined;
}

/** A service manager that wants to hear from this process. */
export interface ServiceManager {
  /** The manager ends a service that was silent for so long, in ms; undefined when it does not watch. */
  readonly watchdogMs: number | undefined;
  /** Tells it one assignment, such as `READY=1`. Never waits and never fails: what cannot be told is lost. */
  notify(assignment: string): void;
}

/** Undefined when nobody wants to hear anything: the program was not started as a service. */
export function openSdNotify(environment: ManagerEnvironment, pid: number): ServiceManager | undefined {
  const socket = environment["NOTIFY_SOCKET"];
  if (socket === undefined || socket === "") return undefined;
  return new SdNotify(environment, watchdogMs(environment, pid));
}

function watchdogMs(environment: ManagerEnvironment, pid: number): number | undefined {
  const watched = environment["WATCHDOG_PID"];
  if (watched !== undefined && watched !== `${pid}`) return undefined;
  const micros = Number(environment["WATCHDOG_USEC"] ?? "");
  return Number.isSafeInteger(micros) && micros > 0 ? micros / 1000 : undefined;
}

class SdNotify implements ServiceManager {
  readonly watchdogMs: number | undefined;
  readonly #environment: NodeJS.ProcessEnv;
  #helper: ChildProcess | undefined;

  constructor({ NOTIFY_SOCKET, PATH }: ManagerEnvironment, watchdogMs: number | undefined) {
    this.watchdogMs = watchdogMs;
    this.#environment = { NOTIFY_SOCKET, PATH };
  }

  notify(assignment: string): void {
    this.#helper ??= this.#spawnHelper();
    const { stdin } = this.#helper;
    if (stdin === null || stdin.writableLength > WAITING_BYTES_MAX) return;
    stdin.write(`${assignment.replaceAll("\n", " ")}\n`);
  }

  #spawnHelper(): ChildProcess {
    // Its complaints, such as that there is no systemd-notify, belong to this process's own log.
    const helper = spawn("/bin/sh", ["-c", HELPER], {
      stdio: ["pipe", "ignore", "inherit"],
      env: this.#environment,
    });
    helper.unref();
    const onLost = (): void => {
      // The next assignment gets a new one.
      if (this.#helper === helper) this.#helper = undefined;
    };
    helper.on("error", onLost);
    helper.on("exit", onLost);
    helper.stdin?.on("error", onLost);
    return helper;
  }
}
