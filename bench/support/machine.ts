import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were seen on, and how busy it was before. */
export function describeMachine(): string {
  const cores = cpus();
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  const load = loadAverage().toFixed(1);
  return `Node ${process.versions.node}, ${process.platform}-${process.arch}, ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${memoryGb} GB; load before: ${load}`;
}

/** Said under figures that depend on who else wants the processor. */
export function coresNote(processes: string): string {
  return `${processes} share ${cpus().length} cores.`;
}

/** Of the last minute: who else wants the processors. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}
