const MARK = "\u0001";

/**
 * A command line in which the words that stand for themselves are hidden from the option parser: all that
 * follow a `--`, and a lone `-`, which would be taken for an option without a name.
 */
export class ShieldedWords {
  /** What the parser is given. */
  readonly words: readonly string[];
  readonly #argv: readonly string[];

  constructor(argv: readonly string[]) {
    this.#argv = argv;
    const end = argv.indexOf("--");
    this.words = argv.flatMap((word, index) => {
      if (index === end) return [];
      const isLiteral = word === "-" || word.startsWith(MARK) || (end !== -1 && index > end);
      return [isLiteral ? `${MARK}${index}` : word];
    });
  }

  /** The word behind one that the parser gave back. */
  reveal(word: string): string {
    if (!word.startsWith(MARK)) return word;
    return this.#argv[Number(word.slice(MARK.length))] ?? word;
  }
}
