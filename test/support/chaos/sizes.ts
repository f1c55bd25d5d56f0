/** How much happens in one run. */
export interface ChaosSize {
  /** Equal seeds give equal writes, kills and disconnects; their interleaving is the machine's. */
  readonly seed: string;
  readonly changes: number;
  readonly subscribers: number;
  readonly kills: number;
}

const small = { changes: 600, subscribers: 40, kills: 3 };
const full = { changes: 5_000, subscribers: 200, kills: 10 };

/** `CHAOS=full` runs the size of a release; `CHAOS_SEED` repeats a run. */
export function chaosSize(name: string): ChaosSize {
  const seed = process.env.CHAOS_SEED ?? `${name}-1`;
  return { seed, ...(isFull() ? full : small) };
}

/** Milliseconds that a run may take. */
export function chaosLimitMs(): number {
  return isFull() ? 900_000 : 240_000;
}

/** `CHAOS_FIGURES=1` prints how much happened. */
export function showFigures(figures: Readonly<Record<string, unknown>>): void {
  if (process.env.CHAOS_FIGURES === '1') process.stderr.write(`${JSON.stringify(figures, null, 2)}\n`);
}

function isFull(): boolean {
  return process.env.CHAOS === 'full';
}
