import t from "tap";
import { Alarms } from "../../src/node/alarms.ts";
import { Space, type SpaceLimits } from "../../src/node/space.ts";

const MIB = 2 ** 20;

function watched(limits: Partial<SpaceLimits>, totalBytes = 100_000 * MIB) {
  const lines: string[] = [];
  const alarms = new Alarms((_level, _event, fields) => lines.push(String(fields["text"])));
  const now = { freeBytes: totalBytes, usedBytes: 0, logFileBytes: 0, stateFileBytes: 0, ms: 0 };
  const space = new Space(
    { reserveBytes: undefined, quotaBytes: undefined, ...limits },
    {
      alarms,
      clock: { nowMs: () => now.ms, wallMs: () => 0 },
      disk: () => ({ ...now, totalBytes }),
      used: () => ({ logBytes: now.usedBytes / 4, stateBytes: (now.usedBytes * 3) / 4 }),
    },
  );
  const look = (change: Partial<typeof now>) => {
    Object.assign(now, { ms: now.ms + 1_000 }, change);
    space.tick();
    return { code: space.refusal?.code, exhausted: space.isExhausted, alarms: alarms.texts.length };
  };
  return { look, lines, space, now };
}

t.test("below the reserve writes are refused, well above it they are taken again", async (t) => {
  const { look, lines } = watched({ reserveBytes: 100 * MIB });
  t.same(look({}), { code: undefined, exhausted: false, alarms: 0 });
  t.same(look({ freeBytes: 100 * MIB - 1 }), { code: "no_space", exhausted: false, alarms: 1 });
  t.same(look({ freeBytes: 110 * MIB }).code, "no_space", "it does not flap");
  t.same(look({ freeBytes: 24 * MIB }), { code: "no_space", exhausted: true, alarms: 1 });
  t.same(look({ freeBytes: 28 * MIB }).exhausted, true);
  t.same(look({ freeBytes: 40 * MIB }).exhausted, false);
  t.same(look({ freeBytes: 125 * MIB }), { code: undefined, exhausted: false, alarms: 0 });
  t.match(
    lines,
    [/less than 100 MiB .* refused/, /nothing is accepted/, /refused/],
    "each change is one line",
  );
});

t.test(
  "without a setting the reserve is a twentieth of a small disk, and 256 MiB of a large one",
  async (t) => {
    const small = watched({}, 1_000 * MIB);
    t.equal(small.look({ freeBytes: 51 * MIB }).code, undefined);
    t.equal(small.look({ freeBytes: 49 * MIB }).code, "no_space");
    const large = watched({});
    t.equal(large.look({ freeBytes: 257 * MIB }).code, undefined);
    t.equal(large.look({ freeBytes: 255 * MIB }).code, "no_space");
  },
);

t.test("the quota warns twice before it refuses", async (t) => {
  const { look, lines, space } = watched({ quotaBytes: 1_000 * MIB });
  const used = (part: number) => look({ usedBytes: part * 1_000 * MIB });
  t.same(used(0.69), { code: undefined, exhausted: false, alarms: 0 });
  t.match(used(0.7), { code: undefined, alarms: 1 });
  t.match(used(0.85), { code: undefined, alarms: 1 });
  t.match(used(1), { code: "no_space", alarms: 1 });
  t.match(space.refusal?.message, /disk\.quota/);
  t.match(used(0.99), { code: "no_space" }, "it does not flap");
  t.match(used(0.97), { code: undefined, alarms: 1 });
  t.match(used(0.1), { code: undefined, alarms: 0 });
  t.match(lines, [/70 %/, /85 %/, /used up/, /85 %/]);
});

t.test("what is free within both files counts as room", async (t) => {
  const { look } = watched({ reserveBytes: 100 * MIB });
  const files = { logFileBytes: 500 * MIB, stateFileBytes: 700 * MIB };
  t.equal(look({ freeBytes: MIB, usedBytes: 804 * MIB, ...files }).code, "no_space", "97 MiB in the state");
  t.equal(look({ usedBytes: 700 * MIB }).code, undefined);
  t.equal(look({ usedBytes: 700 * MIB, logFileBytes: 175 * MIB }).code, "no_space", "nothing in the log");
  t.equal(
    look({ logFileBytes: 0, stateFileBytes: 0, freeBytes: 101 * MIB * 2 }).code,
    undefined,
    "never below nothing",
  );
});

t.test("the disk is looked at once a second", async (t) => {
  const { look, space, now } = watched({ reserveBytes: MIB });
  look({});
  now.freeBytes = 0;
  now.ms += 999;
  space.tick();
  t.equal(space.refusal, undefined);
  now.ms += 1;
  space.tick();
  t.equal(space.refusal?.code, "no_space");
});

t.test("what was free is remembered for a day", async (t) => {
  const { look, space } = watched({ reserveBytes: MIB });
  t.equal(space.freeBefore(60_000), undefined);
  look({ freeBytes: 500 * MIB });
  look({ freeBytes: 400 * MIB, ms: 600_000 });
  t.same(space.freeBefore(3_600_000), { freeBytes: 500 * MIB, ageMs: 599_000 });
});
