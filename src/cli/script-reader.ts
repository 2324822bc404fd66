import { bytesOfWord } from "./word-bytes.ts";

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, "\\": 92, '"': 34 };

/**
 * Reads words from a line that people write: bare, in single quotes as they stand, or in double quotes with
 * \n, \r, \t, \\, \" and \xHH. `complain` makes the error that is thrown, from a message that names the place.
 */
export class ScriptReader {
  readonly #text: string;
  readonly #complain: (message: string) => Error;
  #at = 0;

  constructor(text: string, complain: (message: string) => Error) {
    this.#text = text;
    this.#complain = complain;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Whether an operation may end here. */
  get isAtBreak(): boolean {
    this.skipSpaces();
    return this.isAtEnd || this.#text[this.#at] === ";" || this.#text[this.#at] === "\n";
  }

  /** Whether the next word on this line begins as an option does, bare. */
  get isAtOption(): boolean {
    this.skipSpaces();
    return /^--[a-z]/.test(this.#text.slice(this.#at, this.#at + 3));
  }

  /** Skips blanks, line ends, comment lines, and the `marks`. */
  skipBlanks(marks = ""): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return;
      if (character === "#") this.#skipComment();
      else if (/\s/.test(character) || marks.includes(character)) this.#at++;
      else return;
    }
  }

  isAtKeyword(keyword: string): boolean {
    const after = this.#text[this.#at + keyword.length];
    return this.#text.startsWith(keyword, this.#at) && (after === undefined || /[\s;]/.test(after));
  }

  takeKeyword(keyword: string): boolean {
    const isThere = this.isAtKeyword(keyword);
    if (isThere) this.#at += keyword.length;
    return isThere;
  }

  takeMark(mark: string): boolean {
    const isThere = this.#text.startsWith(mark, this.#at);
    if (isThere) this.#at += mark.length;
    return isThere;
  }

  /** Letters alone; may be empty. */
  takeName(): string {
    const name = /^[a-z]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += name.length;
    return name;
  }

  takeNumber(): number {
    const digits = /^\d{1,15}(?![^\s;&])/.exec(this.#text.slice(this.#at))?.[0];
    if (digits === undefined) throw this.error("expected a whole number");
    this.#at += digits.length;
    return Number(digits);
  }

  takeFlag(flag: string): boolean {
    this.skipSpaces();
    return this.takeKeyword(flag);
  }

  /** The next word on this line. */
  takeArgument(what: string): Uint8Array {
    if (this.isAtBreak) throw this.error(`expected ${what}`);
    return this.takeWord();
  }

  /** One word: quoted, or up to a blank, a semicolon, or one of the `stops`. */
  takeWord(stops = ""): Uint8Array {
    const first = this.#text[this.#at];
    if (first === "'" || first === '"') return this.#quoted(first);
    const start = this.#at;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || /[\s;]/.test(character) || stops.includes(character)) break;
      this.#at++;
    }
    if (this.#at === start) throw this.error("expected a word");
    return bytesOfWord(this.#text.slice(start, this.#at));
  }

  error(message: string): Error {
    const lines = this.#text.slice(0, this.#at).split("\n");
    return this.#complain(`line ${lines.length}, character ${(lines.at(-1)?.length ?? 0) + 1}: ${message}`);
  }

  #quoted(quote: string): Uint8Array {
    const parts: Uint8Array[] = [];
    for (this.#at++; !this.isAtEnd; ) {
      const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
      this.#at += character.length;
      if (character === quote) return Buffer.concat(parts);
      if (character === "\\" && quote === '"') parts.push(this.#escape());
      else parts.push(bytesOfWord(character));
    }
    throw this.error(`a ${quote} is missing`);
  }

  #escape(): Buffer {
    const hex = /^x([0-9a-fA-F]{2})/.exec(this.#text.slice(this.#at, this.#at + 3))?.[1];
    if (hex !== undefined) {
      this.#at += 3;
      return Buffer.from(hex, "hex");
    }
    const byte = ESCAPES[this.#text[this.#at] ?? ""];
    if (byte === undefined) throw this.error('after a backslash comes n, r, t, \\, " or xHH');
    this.#at++;
    return Buffer.of(byte);
  }

  /** Blanks of this line. */
  skipSpaces(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
  }

  #skipComment(): void {
    while (!this.isAtEnd && this.#text[this.#at] !== "\n") this.#at++;
  }
}
