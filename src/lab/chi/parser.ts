import { nearestName } from "../../base/nearest.ts";
import { parseExpectation } from "./expectation-parser.ts";
import { orderProblems } from "./order.ts";
import type { Command, Line, NodeAction, Script, ScriptProblem } from "./script.ts";
import { problem, ScriptError } from "./script-error.ts";
import { splitWords, type Word } from "./words.ts";

const NODE_NAME = /^[A-Za-z][A-Za-z0-9.-]{0,62}$/;
const MEMBERS_MAX = 15;
const SECONDS_MAX = 86_400;

const FLAGS: Readonly<Record<string, string>> = { n: "NODE", k: "KEY", v: "VALUE", t: "SECONDS" };

/** How each command is written; `-x` takes the next word. */
const FORMS: Readonly<Record<Command["kind"], { readonly flags: string; readonly rest: string }>> = {
  start: { flags: "n", rest: "" },
  fail: { flags: "n", rest: "" },
  recover: { flags: "n", rest: "" },
  pause: { flags: "n", rest: "" },
  resume: { flags: "n", rest: "" },
  failover: { flags: "n", rest: "" },
  wait: { flags: "t", rest: "" },
  set: { flags: "nkv", rest: "" },
  get: { flags: "nk", rest: "" },
  delete: { flags: "nk", rest: "" },
  partition: { flags: "", rest: "NODE... | NODE..." },
  heal: { flags: "", rest: "" },
  expect: { flags: "", rest: "WHAT" },
};

export const COMMAND_NAMES = Object.keys(FORMS) as readonly Command["kind"][];

/** The script in `text`. Throws a ScriptError with every line's first problem. */
export function parseScript(file: string, text: string): Script {
  const problems: ScriptProblem[] = [];
  const lines: Line[] = [];
  for (const [index, content] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    try {
      const command = parseLine(content);
      if (command !== undefined) lines.push({ number: index + 1, command });
    } catch (thrown) {
      if (!(thrown instanceof ScriptError)) throw thrown;
      for (const found of thrown.problems) problems.push({ ...found, line: index + 1 });
    }
  }
  const script = { file, lines, members: membersOf(lines) };
  if (problems.length === 0) problems.push(...memberProblems(script), ...orderProblems(script));
  if (problems.length > 0) throw new ScriptError(file, problems);
  return script;
}

function parseLine(content: string): Command | undefined {
  const words = splitWords(content);
  if ("message" in words) throw problem(words.column, words.message);
  const [first, ...rest] = words;
  if (first === undefined) return undefined;
  const name = COMMAND_NAMES.find((candidate) => candidate === first.text);
  if (name === undefined) {
    const nearest = nearestName(first.text, COMMAND_NAMES);
    const hint = nearest === undefined ? `there are ${COMMAND_NAMES.join(", ")}` : `did you mean ${nearest}?`;
    throw problem(first.column, `unknown command '${first.text}'; ${hint}`);
  }
  return parseCommand(name, rest, first);
}

function parseCommand(name: Command["kind"], rest: readonly Word[], first: Word): Command {
  if (name === "partition") return { kind: name, groups: parseGroups(rest, first) };
  if (name === "expect") return { kind: name, expectation: parseExpectation(rest, first, checkNode) };
  const flags = parseFlags(name, rest, first);
  switch (name) {
    case "heal":
      return { kind: name };
    case "wait":
      return { kind: name, ms: parseSeconds(flags("t")) };
    case "set":
      return { kind: name, node: checkNode(flags("n")), key: flags("k").text, value: flags("v").text };
    case "get":
    case "delete":
      return { kind: name, node: checkNode(flags("n")), key: flags("k").text };
    case "failover":
      return { kind: name, node: checkNode(flags("n")) };
    default:
      return { kind: name satisfies NodeAction, node: checkNode(flags("n")) };
  }
}

/** The words that follow the command's flags, each of which is given once. */
function parseFlags(name: Command["kind"], words: readonly Word[], first: Word): (flag: string) => Word {
  const { flags } = FORMS[name];
  const given = new Map<string, Word>();
  for (let at = 0; at < words.length; at += 2) {
    const word = words[at] as Word;
    const flag = word.text.slice(1);
    if (word.isQuoted || !word.text.startsWith("-") || !flags.includes(flag) || flag.length !== 1) {
      throw problem(word.column, `'${word.text}' is unknown to ${name}; write ${usageOf(name)}`);
    }
    if (given.has(flag)) throw problem(word.column, `-${flag} is given twice`);
    const value = words[at + 1];
    if (value === undefined) throw problem(word.column, `-${flag} needs a ${FLAGS[flag]} behind it`);
    given.set(flag, value);
  }
  for (const flag of flags) {
    if (!given.has(flag)) throw problem(first.column, `-${flag} is missing; write ${usageOf(name)}`);
  }
  return (flag) => given.get(flag) ?? first;
}

function usageOf(name: Command["kind"]): string {
  const { flags, rest } = FORMS[name];
  return [name, ...[...flags].map((flag) => `-${flag} ${FLAGS[flag]}`), rest].join(" ").trim();
}

function parseSeconds(word: Word): number {
  const seconds = Number(word.text);
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(word.text) && seconds <= SECONDS_MAX) return seconds * 1000;
  throw problem(word.column, `'${word.text}' is no number of seconds from 0 to ${SECONDS_MAX}, as 1 or 0.3`);
}

function checkNode(word: Word): string {
  if (NODE_NAME.test(word.text)) return word.text;
  throw problem(
    word.column,
    `'${word.text}' is no node name: a letter, then letters, digits, dots and hyphens, 63 at most`,
  );
}

/** Groups of names with `|` between them. */
function parseGroups(words: readonly Word[], first: Word): readonly (readonly string[])[] {
  const groups: string[][] = [[]];
  const seen = new Set<string>();
  for (const word of words) {
    for (const part of word.text.split(/(\|)/).filter((text) => text !== "")) {
      if (part === "|") {
        groups.push([]);
        continue;
      }
      const name = checkNode({ ...word, text: part });
      if (seen.has(name)) throw problem(word.column, `${name} is named twice`);
      seen.add(name);
      groups.at(-1)?.push(name);
    }
  }
  if (groups.some((group) => group.length === 0)) {
    throw problem(first.column, `a group without a node; write ${usageOf("partition")}`);
  }
  return groups;
}

function membersOf(lines: readonly Line[]): readonly string[] {
  return [...new Set(lines.flatMap(({ command }) => nodesOf(command)))];
}

function nodesOf(command: Command): readonly string[] {
  if (command.kind === "partition") return command.groups.flat();
  if (command.kind === "expect") {
    return command.expectation.kind === "leader" ? [command.expectation.node] : [];
  }
  return "node" in command ? [command.node] : [];
}

function memberProblems({ members, lines }: Script): readonly ScriptProblem[] {
  if (members.length === 0)
    return [{ line: 1, column: 1, message: "no line names a node: begin with start -n node-1" }];
  if (members.length <= MEMBERS_MAX) return [];
  const extra = members[MEMBERS_MAX] ?? "";
  const line = lines.find(({ command }) => nodesOf(command).includes(extra))?.number ?? 1;
  return [{ line, column: 1, message: `${extra} would be member ${MEMBERS_MAX + 1}, ${MEMBERS_MAX} may be` }];
}
