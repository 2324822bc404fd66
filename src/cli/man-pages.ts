import { KVADM } from "./kvadm.ts";
import { KVCLI } from "./kvcli.ts";
import { KVD } from "./kvd.ts";
import { KVLAB } from "./kvlab.ts";
import { manPage } from "./man-page.ts";

const PAGES = [
  { program: KVD, section: 8 },
  { program: KVADM, section: 8 },
  { program: KVCLI, section: 1 },
  { program: KVLAB, section: 1 },
] as const;

/** The text of every program's manual page by the name of its file, such as `kvd.8`. */
export function manPages(): ReadonlyMap<string, string> {
  return new Map(
    PAGES.map(({ program, section }) => {
      const others = PAGES.filter((page) => page.program !== program);
      const seeAlso = others.map((page) => `${page.program.name}(${page.section})`);
      return [`${program.name}.${section}`, manPage(program, { section, seeAlso })] as const;
    }),
  );
}
