import type { ErrorCode } from "../../base/errors.ts";
import { nearestName } from "../../base/nearest.ts";
import type { Content, Expectation } from "./script.ts";
import { problem } from "./script-error.ts";
import type { Word } from "./words.ts";

const ERROR_CODES = Object.keys({
  bad_request: true,
  too_large: true,
  bad_value: true,
  condition_failed: true,
  fenced: true,
  lease_not_found: true,
  lease_exists: true,
  principal_not_found: true,
  principal_exists: true,
  no_leader: true,
  not_leader: true,
  overloaded: true,
  no_space: true,
  timeout: true,
  lost_leadership: true,
  sequence_reused: true,
  acknowledged: true,
  expired: true,
  deadline_too_far: true,
  behind: true,
  foreign_cluster: true,
  compacted: true,
  result_too_large: true,
  forbidden: true,
  unavailable: true,
  unsafe: true,
} satisfies Record<ErrorCode, true>) as readonly ErrorCode[];

type CheckNode = (word: Word) => string;

/**
 * What stands behind `expect`: `ok`, `absent`, a value, `one-of A B absent`, `error CODE|CODE`, `error any`,
 * `leader NODE`, `leader not NODE`. Quoted, each of these words is a value.
 */
export function parseExpectation(words: readonly Word[], first: Word, checkNode: CheckNode): Expectation {
  const [what, ...rest] = words;
  if (what === undefined) {
    throw problem(first.column, "expect what? A value, absent, ok, one-of ..., error ... or leader ...");
  }
  switch (what.isQuoted ? undefined : what.text) {
    case "one-of":
      if (rest.length === 0) throw problem(what.column, "one-of needs values, or absent, behind it");
      return { kind: "content", contents: rest.map(contentOf) };
    case "error":
      return { kind: "error", codes: parseCodes(only(rest, what, "a code, or any")) };
    case "leader":
      return parseLeader(rest, what, checkNode);
    case "ok":
      refuseMore(rest);
      return { kind: "ok" };
    default:
      refuseMore(rest);
      return { kind: "content", contents: [contentOf(what)] };
  }
}

function contentOf(word: Word): Content {
  return word.text === "absent" && !word.isQuoted ? { kind: "absent" } : { kind: "value", value: word.text };
}

function parseLeader(rest: readonly Word[], what: Word, checkNode: CheckNode): Expectation {
  const isLeader = rest[0]?.text !== "not";
  const node = checkNode(only(isLeader ? rest : rest.slice(1), what, "a node's name"));
  return { kind: "leader", node, isLeader };
}

function parseCodes(word: Word): readonly ErrorCode[] {
  if (word.text === "any") return [];
  return word.text.split("|").map((text) => {
    const code = ERROR_CODES.find((candidate) => candidate === text);
    if (code !== undefined) return code;
    const nearest = nearestName(text, ERROR_CODES);
    const hint =
      nearest === undefined ? `there are any, ${ERROR_CODES.join(", ")}` : `did you mean ${nearest}?`;
    throw problem(word.column, `'${text}' is no error code; ${hint}`);
  });
}

function only(words: readonly Word[], before: Word, what: string): Word {
  const [word, ...rest] = words;
  if (word === undefined) throw problem(before.column, `'${before.text}' needs ${what} behind it`);
  refuseMore(rest);
  return word;
}

function refuseMore(words: readonly Word[]): void {
  const [extra] = words;
  if (extra === undefined) return;
  throw problem(extra.column, `'${extra.text}' is one word too many; a value with spaces stands in quotes`);
}
