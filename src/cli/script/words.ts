import { usageError } from "../program-error.ts";
import { bytesOfWord, wordOfByte, wordOfBytes } from "../word-bytes.ts";

/** One word of a line, where it stands in it, and how it was written. */
export interface Token {
  /** What it stands for; `bytesOfWord` gives its bytes. */
  readonly word: string;
  /** Half-open, in characters of the line. */
  readonly start: number;
  readonly end: number;
  /** Whether no quote and no backslash is in it. */
  readonly isBare: boolean;
  /** The quote that is missing at the end, if one is. */
  readonly open: "'" | '"' | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * The words of a command line as a shell cuts them: parted by blanks, in single quotes as they stand, in
 * double quotes or bare with \n, \r, \t, \xHH and a backslash before any other sign; `#` at the start of a
 * word begins a comment. Throws a usage error that names the place.
 */
export function wordsOf(line: string): readonly string[] {
  const tokens = tokensOf(line);
  const last = tokens.at(-1);
  if (last?.open !== undefined) throw usageError(`a ${last.open} is missing at the end of the line`);
  return tokens.map(({ word }) => word);
}

/** The same with their places; a line that ends inside of quotes is no error here. */
export function tokensOf(line: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    while (at < line.length && isBlank(line[at])) at++;
    if (at >= line.length || line[at] === "#") return tokens;
    const token = tokenAt(line, at);
    tokens.push(token);
    at = token.end;
  }
}

/** The line without the comment at its end. */
export function withoutComment(line: string): string {
  return line.slice(0, tokensOf(line).at(-1)?.end ?? 0);
}

function tokenAt(line: string, start: number): Token {
  let word = "";
  let at = start;
  let isBare = true;
  let open: Token["open"];
  while (at < line.length && (open !== undefined || !isBlank(line[at]))) {
    const character = line[at] as string;
    if (character === "\\" && open !== "'") {
      const escaped = escapeAt(line, at);
      word += escaped.text;
      at += escaped.length;
      isBare = false;
      continue;
    }
    at++;
    if (character === open) open = undefined;
    else if (open === undefined && (character === "'" || character === '"')) open = character;
    else word += character;
    if (character === "'" || character === '"') isBare = false;
  }
  return { word, start, end: at, isBare, open };
}

interface Escape {
  readonly text: string;
  /** In characters, the backslash included. */
  readonly length: number;
}

function escapeAt(line: string, at: number): Escape {
  const hex = /^x([0-9a-fA-F]{2})/.exec(line.slice(at + 1, at + 4))?.[1];
  if (hex !== undefined) return { text: wordOfByte(Number.parseInt(hex, 16)), length: 4 };
  const character = String.fromCodePoint(line.codePointAt(at + 1) ?? 0);
  const simple = ESCAPES[character];
  if (simple !== undefined) return { text: simple, length: 2 };
  if (at + 1 < line.length && !/[\p{L}\p{N}]/u.test(character)) {
    return { text: character, length: 1 + character.length };
  }
  throw usageError(`character ${at + 1}: after a backslash comes xHH, n, r, t or the sign itself`);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\r";
}

/** The bytes in double quotes, as one line that `wordsOf` reads back; what is no plain character is escaped. */
export function quoteBytes(bytes: Uint8Array): string {
  return `"${wordOfBytes(bytes).replace(/[\p{C}\p{Zl}\p{Zp}"\\]/gu, escapeOf)}"`;
}

/** The same without quotes, blanks and quotes escaped as well: what was typed of it stays its beginning. */
export function escapeBare(bytes: Uint8Array): string {
  return wordOfBytes(bytes)
    .replace(/[\p{C}\p{Zl}\p{Zp}"'\\ ]/gu, escapeOf)
    .replace(/^#/, "\\#");
}

function escapeOf(character: string): string {
  if (/^["'\\ ]$/.test(character)) return `\\${character}`;
  const letter = Object.keys(ESCAPES).find((name) => ESCAPES[name] === character);
  if (letter !== undefined) return `\\${letter}`;
  return [...bytesOfWord(character)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
