/** Deeper nesting is refused: reading it would end in the stack's overflow, on every node alike. */
const DEPTH_MAX = 128;

/**
 * A JSON document. Everything but objects is kept as the text that it was written as, so that a number of any
 * size or precision comes out as it went in.
 */
export type Json =
  | { readonly kind: "object"; readonly members: Map<string, Member> }
  | { readonly kind: "array"; readonly items: readonly Json[] }
  | { readonly kind: "scalar"; readonly text: string };

export interface Member {
  /** The name as it was written, quotes included. */
  readonly name: string;
  readonly value: Json;
}

class JsonError extends Error {
  override readonly name = "JsonError";
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** What becomes of a name that an object has twice. */
export type TwiceNamed = "last counts" | "refused";

/** The document that the bytes hold, or why they hold none (RFC 8259). */
export function parseJson(bytes: Uint8Array, twiceNamed: TwiceNamed = "last counts"): Json | string {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return "it is not UTF-8";
  }
  try {
    return new JsonReader(text, twiceNamed).document();
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
}

/** The document as text without blanks, in memory of its own. */
export function printJson(json: Json): Uint8Array {
  return encoder.encode(textOf(json));
}

function textOf(json: Json): string {
  switch (json.kind) {
    case "scalar":
      return json.text;
    case "array":
      return `[${json.items.map(textOf).join(",")}]`;
    case "object": {
      const members = [...json.members.values()].map(({ name, value }) => `${name}:${textOf(value)}`);
      return `{${members.join(",")}}`;
    }
  }
}

const WORDS = ["true", "false", "null"];
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const HEX = /^[0-9a-fA-F]{4}$/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

class JsonReader {
  readonly #text: string;
  readonly #twiceNamed: TwiceNamed;
  #at = 0;

  constructor(text: string, twiceNamed: TwiceNamed) {
    this.#text = text;
    this.#twiceNamed = twiceNamed;
  }

  document(): Json {
    const json = this.#value(0);
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#fail("something follows the document");
    return json;
  }

  #value(depth: number): Json {
    if (depth > DEPTH_MAX) this.#fail(`it is nested deeper than ${DEPTH_MAX}`);
    this.#skipBlanks();
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#array(depth);
    if (first === '"') return { kind: "scalar", text: this.#string() };
    const word = WORDS.find((candidate) => this.#text.startsWith(candidate, this.#at));
    if (word === undefined) return { kind: "scalar", text: this.#number() };
    this.#at += word.length;
    return { kind: "scalar", text: word };
  }

  #object(depth: number): Json {
    const members = new Map<string, Member>();
    this.#at++;
    if (this.#take("}")) return { kind: "object", members };
    do {
      this.#skipBlanks();
      if (this.#text[this.#at] !== '"') this.#fail("a name is missing");
      const name = this.#string();
      if (!this.#take(":")) this.#fail("a colon is missing");
      const key = JSON.parse(name) as string;
      if (this.#twiceNamed === "refused" && members.has(key)) this.#fail(`the name ${name} comes twice`);
      members.set(key, { name, value: this.#value(depth + 1) });
    } while (this.#take(","));
    if (!this.#take("}")) this.#fail("an object does not end");
    return { kind: "object", members };
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#at++;
    if (this.#take("]")) return { kind: "array", items };
    do items.push(this.#value(depth + 1));
    while (this.#take(","));
    if (!this.#take("]")) this.#fail("an array does not end");
    return { kind: "array", items };
  }

  /** The string as it is written; by hand, because a pattern over a megabyte may use up the stack. */
  #string(): string {
    const start = this.#at++;
    for (; this.#at < this.#text.length; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === QUOTE) return this.#text.slice(start, ++this.#at);
      if (unit < SPACE) this.#fail("a string has a control character in it");
      if (unit === BACKSLASH) this.#escape();
    }
    return this.#fail("a string does not end");
  }

  #escape(): void {
    const letter = this.#text[++this.#at] ?? "";
    if (letter === "u") {
      if (!HEX.test(this.#text.slice(this.#at + 1, this.#at + 5))) this.#fail("an escape is malformed");
      this.#at += 4;
    } else if (letter === "" || !'"\\/bfnrt'.includes(letter)) this.#fail("an escape is malformed");
  }

  #number(): string {
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    if (number === undefined) return this.#fail("a value is missing");
    this.#at += number.length;
    return number;
  }

  #take(mark: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    while (" \t\n\r".includes(this.#text[this.#at] ?? "x")) this.#at++;
  }

  #fail(reason: string): never {
    throw new JsonError(`${reason}, at character ${this.#at + 1}`);
  }
}
