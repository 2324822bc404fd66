import { assert, unreachable } from "../../base/assert.ts";
import type { Answer, ChiWorld } from "./chi-world.ts";
import { answerText, contentText, expectationText } from "./command-text.ts";
import { failOver } from "./failover.ts";
import { isSame, Ledger } from "./ledger.ts";
import { LineError } from "./line-error.ts";
import type { Command, Expectation, Line, Script } from "./script.ts";
import type { Broken, Step } from "./step.ts";

export interface RunOptions {
  /** Whether what comes after a broken expectation is run, too. */
  readonly keepsGoing: boolean;
  readonly onStep: (step: Step) => void;
}

/**
 * Runs the script in `world`, which the caller closes. Returns how many lines were broken; rejects with a
 * LineError when the world itself broke.
 */
export function runScript(script: Script, world: ChiWorld, options: RunOptions): Promise<number> {
  return new Runner(world).run(script, options);
}

class Runner {
  readonly #world: ChiWorld;
  readonly #ledger = new Ledger();
  /** To the last question. */
  #answer: Answer | undefined;

  constructor(world: ChiWorld) {
    this.#world = world;
  }

  async run(script: Script, { keepsGoing, onStep }: RunOptions): Promise<number> {
    let broken = 0;
    for (const line of script.lines) {
      const step = await this.#runLine(line).catch((error: unknown) => {
        throw new LineError(line.number, error);
      });
      onStep(step);
      if (step.broken === undefined) continue;
      broken++;
      if (!keepsGoing) break;
    }
    return broken;
  }

  async #runLine(line: Line): Promise<Step> {
    const { command } = line;
    switch (command.kind) {
      case "set":
      case "get":
      case "delete": {
        const answer = await this.#world.ask(command);
        this.#answer = answer;
        const contents = this.#ledger.onAnswer(command, answer);
        const broken = contents && {
          expected: `${contents.map(contentText).join(" or ")}, going by the answers before`,
          seen: answerText(answer),
        };
        return { line, answer, broken };
      }
      case "expect":
        return { line, answer: undefined, broken: await this.#check(command.expectation) };
      default:
        await this.#act(command);
        return { line, answer: undefined, broken: undefined };
    }
  }

  #act(command: Exclude<Command, { readonly kind: "set" | "get" | "delete" | "expect" }>): Promise<void> {
    switch (command.kind) {
      case "wait":
        return this.#world.wait(command.ms);
      case "partition":
        return this.#world.partition(command.groups);
      case "failover":
        return failOver(this.#world, command.node);
      case "heal":
        return this.#world.heal();
      case "start":
      case "fail":
      case "recover":
      case "pause":
      case "resume":
        return this.#world.act(command.kind, command.node);
      default:
        return unreachable(command);
    }
  }

  async #check(expectation: Expectation): Promise<Broken | undefined> {
    const expected = expectationText(expectation);
    if (expectation.kind === "leader") {
      const leader = await this.#world.leader();
      const isMet = (leader === expectation.node) === expectation.isLeader;
      return isMet ? undefined : { expected, seen: leader === undefined ? "no leader" : `leader ${leader}` };
    }
    const answer = this.#answer;
    assert(answer !== undefined, "an expectation stands behind a question");
    return isMetBy(expectation, answer) ? undefined : { expected, seen: answerText(answer) };
  }
}

function isMetBy(expectation: Exclude<Expectation, { readonly kind: "leader" }>, answer: Answer): boolean {
  switch (expectation.kind) {
    case "ok":
      return answer.kind !== "error";
    case "error":
      if (answer.kind !== "error") return false;
      return expectation.codes.length === 0 || expectation.codes.includes(answer.code);
    case "content": {
      if (answer.kind !== "value" && answer.kind !== "absent") return false;
      return expectation.contents.some((content) => isSame(content, answer));
    }
    default:
      return unreachable(expectation);
  }
}
