import { unreachable } from "../../base/assert.ts";
import type { Answer } from "./chi-world.ts";
import type { Command, Content, Expectation } from "./script.ts";

/** A command on one line, much as it was written. */
export function commandText(command: Command): string {
  switch (command.kind) {
    case "set":
      return `set ${command.node} ${quoted(command.key)}=${quoted(command.value)}`;
    case "get":
    case "delete":
      return `${command.kind} ${command.node} ${quoted(command.key)}`;
    case "wait":
      return `wait ${command.ms / 1000}`;
    case "partition":
      return `partition ${command.groups.map((group) => group.join(" ")).join(" | ")}`;
    case "heal":
      return "heal";
    case "expect":
      return `expect ${expectationText(command.expectation)}`;
    case "start":
    case "fail":
    case "recover":
    case "pause":
    case "resume":
    case "failover":
      return `${command.kind} ${command.node}`;
    default:
      return unreachable(command);
  }
}

export function expectationText(expectation: Expectation): string {
  switch (expectation.kind) {
    case "ok":
      return "ok";
    case "error":
      return `error ${expectation.codes.length === 0 ? "any" : expectation.codes.join("|")}`;
    case "leader":
      return `leader ${expectation.isLeader ? "" : "not "}${expectation.node}`;
    case "content": {
      const contents = expectation.contents.map(contentText);
      return contents.length === 1 ? contents.join("") : `one-of ${contents.join(" ")}`;
    }
    default:
      return unreachable(expectation);
  }
}

export function contentText(content: Content): string {
  return content.kind === "absent" ? "absent" : quoted(content.value);
}

export function answerText(answer: Answer): string {
  switch (answer.kind) {
    case "done":
      return `ok rev=${answer.revision}`;
    case "value":
    case "absent":
      return contentText(answer);
    case "error":
      return `error ${answer.code} (${answer.outcome === "unknown" ? "outcome unknown" : "not applied"}): ${answer.message}`;
    default:
      return unreachable(answer);
  }
}

/** As it stands where that is clear, in quotes otherwise. */
function quoted(text: string): string {
  return /^[^\s"'#=|]+$/.test(text) && !["absent", "ok"].includes(text) ? text : JSON.stringify(text);
}
