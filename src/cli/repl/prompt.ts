import type { Interface } from "node:readline";
import { createInterface } from "node:readline";
import { Arguments, OUTPUT_FORMATS } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Program } from "../program.ts";
import { reportError } from "../program.ts";
import { usageError } from "../program-error.ts";
import { Interpreter } from "../script/interpreter.ts";
import { SCRIPT_WORDS } from "../script/script-words.ts";
import { wordsOf } from "../script/words.ts";
import type { SharedClients } from "../shared-clients.ts";
import type { Terminal } from "../terminal.ts";
import { complete } from "./completer.ts";
import { Connection, promptText } from "./connection.ts";
import { hintOf } from "./hint.ts";
import { HintLine } from "./hint-line.ts";
import { HISTORY_LINES_MAX, HistoryFile, historyPath } from "./history-file.ts";
import { LineOutput } from "./line-output.ts";
import { PromptTerminal } from "./prompt-terminal.ts";
import { PROMPT_WORDS } from "./prompt-words.ts";

const RETRY_MS = 1_000;
const CLEAR_SCREEN = "\x1b[H\x1b[2J";

export interface PromptOptions {
  readonly program: Program;
  readonly terminal: Terminal;
  readonly clients: SharedClients;
  /** Variables that hold before the process's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs what is typed, line by line, until somebody leaves. */
export function runPrompt(options: PromptOptions): Promise<ExitCode> {
  return new Promise((resolve) => new Prompt(options, () => resolve(EXIT_CODES.done)).start());
}

type Activity =
  | { readonly kind: "awaiting"; readonly isLeaving: boolean }
  | { readonly kind: "running" }
  | { readonly kind: "left" };

/** The line editor, and what is typed into it. */
class Prompt {
  readonly #program: Program;
  readonly #terminal: PromptTerminal;
  readonly #clients: SharedClients;
  readonly #leave: () => void;
  readonly #output = new LineOutput();
  readonly #history: HistoryFile;
  readonly #interpreter: Interpreter;
  readonly #connection: Connection;
  readonly #lines: Interface;
  readonly #hints: HintLine;
  readonly #retry: NodeJS.Timeout;
  /** What was typed, or pasted, while a command was running. */
  #queue: string[] = [];
  #activity: Activity = { kind: "awaiting", isLeaving: false };
  #isTimed = false;

  constructor({ program, terminal, clients, environment }: PromptOptions, leave: () => void) {
    this.#program = program;
    this.#clients = clients;
    this.#leave = leave;
    const capture = { environment, isInputTaken: true, isQuiet: false };
    this.#terminal = new PromptTerminal(terminal, capture, (question) => this.#ask(question));
    this.#interpreter = new Interpreter({ program, clients, terminal: this.#terminal });
    const session = { clients, interrupt: new AbortController().signal };
    this.#connection = new Connection({
      args: new Arguments({}),
      terminal: this.#terminal,
      argv: [],
      session,
    });
    this.#history = new HistoryFile(historyPath(terminal.environment));
    this.#lines = createInterface({
      input: process.stdin,
      output: this.#output,
      terminal: true,
      history: [...this.#history.load()],
      historySize: HISTORY_LINES_MAX,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
        void complete(program, line, this.#connection).then(({ candidates, typed }) =>
          done(null, [[...candidates], typed]),
        );
      },
    });
    this.#hints = new HintLine({
      input: process.stdin,
      lines: this.#lines,
      hintOf: (line) => (this.#interpreter.isInTxn ? "" : hintOf(program, line)),
      isAwaited: () => this.#activity.kind === "awaiting",
    });
    this.#hints.isOn =
      terminal.environment["NO_COLOR"] === undefined && terminal.environment["TERM"] !== "dumb";
    this.#retry = setInterval(() => void this.#reconnect(), RETRY_MS);
    this.#retry.unref();
  }

  start(): void {
    this.#lines.on("line", (line) => void this.#onLine(line));
    this.#lines.on("SIGINT", () => this.#onInterrupt());
    this.#lines.on("close", () => this.#onClose());
    process.stdin.on(
      "keypress",
      (_text, key: { readonly ctrl?: boolean; readonly name?: string } | undefined) => {
        if (key?.ctrl === true && key.name === "r") this.#searchHistory();
      },
    );
    void this.#await();
  }

  async #onLine(line: string): Promise<void> {
    this.#history.add(line);
    this.#output.isMuted = true;
    this.#queue.push(line);
    if (this.#activity.kind !== "awaiting") return;
    this.#activity = { kind: "running" };
    for (let first = true; this.#queue.length > 0 && this.#isRunning; first = false) {
      const next = this.#queue.shift() ?? "";
      if (!first)
        this.#terminal.err(`${promptText(this.#connection.state, this.#interpreter.isInTxn)}${next}\n`);
      await this.#run(next);
    }
    if (this.#isRunning) await this.#await();
  }

  get #isRunning(): boolean {
    return this.#activity.kind === "running";
  }

  /** Shows the prompt, and what has been typed behind it already. */
  async #await(): Promise<void> {
    await this.#connection.look();
    if (this.#activity.kind === "left") return;
    // Typed while the cluster was asked.
    if (this.#queue.length > 0) {
      this.#activity = { kind: "awaiting", isLeaving: false };
      await this.#onLine(this.#queue.shift() ?? "");
      return;
    }
    this.#activity = { kind: "awaiting", isLeaving: false };
    this.#output.isMuted = false;
    this.#showPrompt();
  }

  #showPrompt(): void {
    this.#lines.setPrompt(promptText(this.#connection.state, this.#interpreter.isInTxn));
    this.#lines.prompt(true);
  }

  /** While nobody answers, it is tried again and again, and shown as soon as somebody does. */
  async #reconnect(): Promise<void> {
    if (this.#activity.kind !== "awaiting" || this.#connection.state.kind === "connected") return;
    const { kind } = await this.#connection.look();
    if (kind === "connected" && this.#activity.kind === "awaiting") this.#showPrompt();
  }

  async #run(typed: string): Promise<void> {
    const line = typed.replace(/^\s*\?(?=\s|$)/, "help");
    const startMs = performance.now();
    try {
      if (this.#interpreter.isInTxn || !this.#runPromptWord(line)) await this.#interpreter.run(line);
    } catch (error) {
      reportError(this.#program, error, { argv: [], terminal: this.#terminal });
    }
    const printed = this.#terminal.captured;
    this.#terminal.forget();
    if (printed !== undefined && printed.length > 0 && printed.at(-1) !== 10) this.#terminal.err("\n");
    if (this.#isTimed) this.#terminal.err(`${(performance.now() - startMs).toFixed(1)} ms\n`);
  }

  /** Whether the line was one of the prompt's own; throws for one that is malformed. */
  #runPromptWord(line: string): boolean {
    const [word = "", argument, ...others] = wordsOf(line);
    if (others.length > 0) return false;
    switch (word) {
      case "quit":
      case "exit":
        this.#lines.close();
        return true;
      case "clear":
        process.stdout.write(CLEAR_SCREEN);
        return true;
      case "help":
        return this.#help(argument);
      case "connect":
        this.#connect(argument);
        return true;
      case ":set":
        this.#hints.isOn = choiceOf(argument, ["hints", "nohints"]) === "hints";
        return true;
      case ".timer":
        this.#isTimed = choiceOf(argument, ["on", "off"]) === "on";
        return true;
      case ".consistency":
        this.#terminal.environment["KVD_CONSISTENCY"] = choiceOf(argument, LEVELS);
        return true;
      case ".output":
        this.#terminal.environment["KVD_OUTPUT"] = choiceOf(argument, OUTPUT_FORMATS);
        return true;
      default:
        return false;
    }
  }

  /** Of a verb the program's own help is shown. */
  #help(word: string | undefined): boolean {
    const own = [...SCRIPT_WORDS, ...PROMPT_WORDS];
    const found = own.find(([usage]) => usage.split(" ")[0] === word);
    if (found !== undefined && word !== "wait") {
      this.#terminal.out(`${found[0]}\n    ${found[1]}\n`);
      return true;
    }
    if (word !== undefined) return false;
    const verbs = this.#program.commands.map(({ usage, describe }) => [usage, describe] as const);
    const rows = [...verbs, ...own].map(([usage, describe]) => `  ${usage.padEnd(26)} ${describe}\n`);
    this.#terminal.out(
      `${rows.join("")}help COMMAND says more. Tab completes, Ctrl-C cancels, Ctrl-R searches what was typed.\n`,
    );
    return true;
  }

  #connect(endpoints: string | undefined): void {
    if (endpoints === undefined) throw usageError("connect HOST:PORT[,HOST:PORT...]");
    this.#terminal.environment["KVD_ENDPOINTS"] = endpoints;
    this.#clients.close();
  }

  /** What is typed is searched for in earlier lines, backwards; again: further back. */
  #searchHistory(): void {
    const { line } = this.#lines;
    const history = (this.#lines as Interface & { readonly history?: readonly string[] }).history ?? [];
    if (line !== this.#found) this.#sought = line;
    const from = history.indexOf(line) + 1;
    const found = history.slice(from).find((earlier) => earlier.includes(this.#sought));
    if (found === undefined) return;
    this.#found = found;
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lines.write(null, { ctrl: true, name: "u" });
    this.#lines.write(found);
  }

  #sought = "";
  #found = "";

  #ask(question: string): Promise<string> {
    this.#output.isMuted = false;
    return new Promise((resolve) => {
      const onClose = (): void => resolve("");
      this.#lines.once("close", onClose);
      this.#lines.question(question, (line) => {
        this.#lines.off("close", onClose);
        this.#output.isMuted = true;
        resolve(line);
      });
    });
  }

  /** Ctrl-C: cancels the command, else the line, else leaves when it comes twice. */
  #onInterrupt(): void {
    switch (this.#activity.kind) {
      case "running":
        this.#queue = [];
        // In raw mode it is no signal; commands that wait for one are told all the same.
        if (process.listenerCount("SIGINT") > 0) process.emit("SIGINT");
        this.#interpreter.interrupt();
        break;
      case "awaiting": {
        const isIdle = this.#lines.line === "" && !this.#interpreter.isInTxn;
        if (isIdle && this.#activity.isLeaving) {
          this.#lines.close();
          return;
        }
        this.#lines.write(null, { ctrl: true, name: "e" });
        this.#lines.write(null, { ctrl: true, name: "u" });
        this.#interpreter.discard();
        this.#terminal.err(isIdle ? "\n(Ctrl-C again leaves)\n" : "^C\n");
        this.#activity = { kind: "awaiting", isLeaving: isIdle };
        this.#showPrompt();
        break;
      }
      case "left":
        break;
    }
  }

  #onClose(): void {
    if (this.#activity.kind === "left") return;
    if (this.#activity.kind === "running") this.#interpreter.interrupt();
    this.#activity = { kind: "left" };
    clearInterval(this.#retry);
    if (!this.#output.isMuted) process.stdout.write("\n");
    this.#leave();
  }
}

const LEVELS = ["linearizable", "sequential", "stale"] as const;

function choiceOf<Choice extends string>(word: string | undefined, choices: readonly Choice[]): Choice {
  const choice = choices.find((name) => name === word);
  if (choice === undefined) throw usageError(`that is one of ${choices.join(", ")}`);
  return choice;
}
