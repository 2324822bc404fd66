import type { Test } from "tap";

/** A small seeded generator, so that a failing run can be repeated (mulberry32). */
export function seeded(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

function mutated(sample: Uint8Array, below: (limit: number) => number): Uint8Array {
  const bytes = new Uint8Array(sample);
  switch (below(5)) {
    case 0:
      return bytes.subarray(0, below(bytes.length + 1));
    case 1: {
      const longer = new Uint8Array(bytes.length + 1 + below(20));
      longer.set(bytes);
      for (let index = bytes.length; index < longer.length; index++) longer[index] = below(256);
      return longer;
    }
    case 2:
      for (let index = 1; index < bytes.length; index++) bytes[index] = below(256);
      return bytes;
    default:
      for (let hits = 1 + below(4); hits > 0 && bytes.length > 0; hits--)
        bytes[below(bytes.length)] = below(256);
      return bytes;
  }
}

/** Feeds `count` damaged forms of `samples` to a decoder: it may take them or give a reason, never throw. */
export function survivesDamage(
  t: Test,
  decode: (bytes: Uint8Array) => object | string,
  samples: readonly Uint8Array[],
  count = 20_000,
): void {
  const below = seeded(samples.length);
  let refused = 0;
  for (let run = 0; run < count; run++) {
    const sample = samples[run % samples.length] as Uint8Array;
    const bytes = mutated(sample, below);
    try {
      const decoded = decode(bytes);
      if (typeof decoded === "string") {
        refused++;
        if (decoded.length === 0 || decoded.length > 300) t.fail(`a reason of ${decoded.length} characters`);
      }
    } catch (error) {
      t.fail(`thrown at run ${run}`, { error, bytes });
      return;
    }
  }
  t.ok(refused > count / 10, `${refused} of ${count} refused, none thrown`);
}
