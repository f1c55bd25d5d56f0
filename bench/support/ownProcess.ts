import type { ChildProcess } from 'node:child_process';
import { type RunningProcess, startProcess } from '../../test/support/processes.js';

const running = new Set<ChildProcess>();

/** Starts a compiled file as a process that never outlives this one, even when a bench is interrupted. */
export function startOwnProcess(file: string, env: Readonly<Record<string, string>>): RunningProcess {
  if (running.size === 0) endWithThisProcess();
  const started = startProcess(file, env);
  running.add(started.child);
  started.child.once('exit', () => running.delete(started.child));
  return started;
}

function endWithThisProcess(): void {
  if (process.listenerCount('exit', killAll) > 0) return;
  process.on('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
}

function killAll(): void {
  for (const child of running) child.kill();
}
