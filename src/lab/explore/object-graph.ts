import { AssertionError, assert } from "../../base/assert.ts";

/** Classes that were seen to hide nothing. */
const transparent = new WeakSet<object>();

/**
 * Everything that can be reached from `root`, as text: equal texts, equal states. Objects are followed
 * through their properties, whatever their class; the second way to an object names the first, so
 * that shared objects are told from equal ones. Maps and Sets are told in their order, which a program can
 * see. Not told: what a function closes over (only that it is a function), and symbols.
 * @throws AssertionError for a class that has private fields: its state could not be seen.
 */
export function describeGraph(root: unknown): string {
  return new GraphWalk().describe(root);
}

class GraphWalk {
  readonly #visited = new Map<object, number>();
  #text = "";

  describe(root: unknown): string {
    this.#visit(root);
    return this.#text;
  }

  #visit(value: unknown): void {
    switch (typeof value) {
      case "object":
        if (value === null) this.#text += "null;";
        else this.#visitObject(value);
        return;
      case "number":
        this.#text += Object.is(value, -0) ? "-0;" : `${value};`;
        return;
      case "string":
        this.#text += `${JSON.stringify(value)};`;
        return;
      case "function":
        this.#text += "function;";
        return;
      default:
        this.#text += `${String(value)};`;
    }
  }

  #visitObject(object: object): void {
    const known = this.#visited.get(object);
    if (known !== undefined) {
      this.#text += `@${known};`;
      return;
    }
    this.#visited.set(object, this.#visited.size);
    if (Array.isArray(object)) this.#visitAll("[", object, "]");
    else if (object instanceof Map) this.#visitMap(object);
    else if (object instanceof Set) this.#visitAll("set{", object, "}");
    else if (ArrayBuffer.isView(object)) this.#visitNumbers(object);
    else this.#visitProperties(object);
  }

  #visitAll(open: string, items: Iterable<unknown>, close: string): void {
    this.#text += open;
    for (const item of items) this.#visit(item);
    this.#text += close;
  }

  #visitMap(map: ReadonlyMap<unknown, unknown>): void {
    this.#text += "map{";
    for (const [key, value] of map) {
      this.#visit(key);
      this.#visit(value);
    }
    this.#text += "}";
  }

  /** In runs of equal numbers: rings and tables are mostly empty. */
  #visitNumbers(view: ArrayBufferView): void {
    if (view instanceof DataView) {
      this.#visitNumbers(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      return;
    }
    const numbers = view as unknown as ArrayLike<number>;
    this.#text += `${view.constructor.name}(`;
    for (let start = 0; start < numbers.length; ) {
      const value = numbers[start] as number;
      let end = start + 1;
      while (end < numbers.length && numbers[end] === value) end++;
      this.#text += end === start + 1 ? `${value},` : `${value}*${end - start},`;
      start = end;
    }
    this.#text += ")";
  }

  #visitProperties(object: object): void {
    const classOf: unknown = object.constructor;
    if (classOf === Object) {
      this.#text += "{";
    } else {
      assertTransparent(classOf);
      this.#text += `${classOf.name}{`;
    }
    for (const key of Object.keys(object)) {
      this.#text += `${key}:`;
      this.#visit((object as Readonly<Record<string, unknown>>)[key]);
    }
    this.#text += "}";
  }
}

function assertTransparent(classOf: unknown): asserts classOf is { readonly name: string } {
  if (typeof classOf !== "function")
    throw new AssertionError("an object without a class cannot be seen through");
  if (transparent.has(classOf)) return;
  const text = Function.prototype.toString.call(classOf);
  assert(!/#[A-Za-z_]/.test(text) && !text.includes("[native code]"), `${classOf.name} hides its state`);
  transparent.add(classOf);
}
