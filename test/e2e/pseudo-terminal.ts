import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";

/**
 * Runs its arguments in a new pseudo-terminal of 30 rows and 100 columns, between its own stdin and stdout. What a test
 * runner has put into the environment stays behind: it loads into every process what ends it at a SIGINT.
 */
const BRIDGE = `
import fcntl, os, pty, select, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    for name in [name for name in os.environ if name == "NODE_OPTIONS" or "TAP" in name]:
        del os.environ[name]
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
os.set_blocking(terminal, False)
waiting, is_open = b"", True
while True:
    sources = [terminal] + ([0] if is_open else [])
    readable, writable, _ = select.select(sources, [terminal] if waiting else [], [])
    if 0 in readable:
        typed = os.read(0, 65536)
        is_open = len(typed) > 0
        waiting += typed
    if terminal in writable:
        try:
            waiting = waiting[os.write(terminal, waiting):]
        except BlockingIOError:
            pass
    if terminal in readable:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            break
        if not shown:
            break
        os.write(1, shown)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`;

/** Why there is no pseudo-terminal to be had here, or undefined. */
export function noPseudoTerminalReason(): string | undefined {
  const { status } = spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode(0)"]);
  return status === 0 ? undefined : "python3 with its module pty is needed";
}

// Colours, moves of the cursor, and what is wiped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /\x1b(?:\[[0-9;?]*[A-Za-z]|[78])/g;

/** A program in a pseudo-terminal, as somebody who sits there sees it and types into it. */
export class PseudoTerminal {
  readonly #bridge: ChildProcess;
  readonly #ended: Promise<number | null>;
  #shown = "";
  #from = 0;
  #onShown: () => void = () => undefined;

  constructor(command: readonly string[], environment: Readonly<Record<string, string>>) {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(?:KVD_|KVCLI_|NO_COLOR)/.test(name));
    this.#bridge = spawn("python3", ["-c", BRIDGE, ...command], {
      env: { ...Object.fromEntries(inherited), TERM: "xterm", ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#bridge.stdin?.on("error", () => undefined);
    this.#bridge.stdout?.on("data", (chunk) => {
      this.#shown += String(chunk);
      this.#onShown();
    });
    this.#ended = new Promise((resolve) => this.#bridge.on("close", (status) => resolve(status)));
  }

  /** Everything that was shown, as it came. */
  get raw(): string {
    return this.#shown;
  }

  type(text: string): void {
    this.#bridge.stdin?.write(text);
  }

  /** What was shown since the last `until`, without control sequences, once `pattern` is in it. Rejects after `timeoutMs`. */
  async until(pattern: RegExp, timeoutMs = 60_000): Promise<string> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const text = this.#shown.slice(this.#from).replace(CONTROL, "");
      if (pattern.test(text)) {
        this.#from = this.#shown.length;
        return text;
      }
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw new Error(`${pattern} was not shown, but ${JSON.stringify(text.slice(-2_000))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#onShown = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Its exit status. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  kill(): void {
    this.#bridge.kill("SIGKILL");
  }
}
