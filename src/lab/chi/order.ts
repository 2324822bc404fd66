import { unreachable } from "../../base/assert.ts";
import type { Command, Line, NodeAction, Script, ScriptProblem } from "./script.ts";

type NodeState = "never started" | "down" | "running" | "paused";

/** From which states each action leads, and where to. */
const ACTIONS: Readonly<Record<NodeAction, { readonly from: readonly NodeState[]; readonly to: NodeState }>> =
  {
    start: { from: ["never started", "down"], to: "running" },
    fail: { from: ["running", "paused"], to: "down" },
    recover: { from: ["down"], to: "running" },
    pause: { from: ["running"], to: "paused" },
    resume: { from: ["paused"], to: "running" },
  };

/** Lines that make no sense after those before them: found before anything is started. */
export function orderProblems(script: Script): readonly ScriptProblem[] {
  const states = new Map<string, NodeState>();
  const problems: ScriptProblem[] = [];
  let asked: Command | undefined;
  for (const line of script.lines) {
    const message = stateProblem(states, line) ?? expectationProblem(asked, line.command);
    if (message !== undefined) problems.push({ line: line.number, column: 1, message });
    if (isQuestion(line.command)) asked = line.command;
  }
  return problems;
}

function stateProblem(states: Map<string, NodeState>, { command }: Line): string | undefined {
  switch (command.kind) {
    case "start":
    case "fail":
    case "recover":
    case "pause":
    case "resume": {
      const { from, to } = ACTIONS[command.kind];
      const state = states.get(command.node) ?? "never started";
      states.set(command.node, to);
      if (from.includes(state)) return undefined;
      return `${command.node} cannot ${command.kind}: it is ${state} here`;
    }
    case "failover": {
      const state = states.get(command.node) ?? "never started";
      return state === "running" ? undefined : `${command.node} cannot lead: it is ${state} here`;
    }
    case "set":
    case "get":
    case "delete":
    case "wait":
    case "partition":
    case "heal":
    case "expect":
      return undefined;
    default:
      return unreachable(command);
  }
}

function isQuestion(command: Command): boolean {
  return command.kind === "set" || command.kind === "get" || command.kind === "delete";
}

function expectationProblem(asked: Command | undefined, command: Command): string | undefined {
  if (command.kind !== "expect" || command.expectation.kind === "leader") return undefined;
  if (asked === undefined) return "there is no get, set or delete above that this could be about";
  if (command.expectation.kind !== "content" || asked.kind === "get") return undefined;
  return `a ${asked.kind} answers ok or an error; what a key holds is told by a get`;
}
