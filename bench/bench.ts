/** One row of figures; its keys are the columns. */
export type Row = Readonly<Record<string, string | number>>;

/** What a bench found. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What a reader has to know to read the figures rightly. */
  readonly notes: readonly string[];
}

/** One measurement with processes of its own. */
export interface Bench<Option extends string = string> {
  readonly name: string;
  /** Whole numbers that the command line may change, with their defaults. */
  readonly options: Readonly<Record<Option, number>>;
  /** @param say tells somebody who waits what is going on. */
  run(options: Readonly<Record<Option, number>>, say: (line: string) => void): Promise<readonly Table[]>;
}
