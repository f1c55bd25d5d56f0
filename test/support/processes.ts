import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A compiled entry point as a process of its own, with only the given environment. */
export interface RunningProcess {
  readonly child: ChildProcess;
  /** First line of standard output that parses as JSON and has the member. */
  jsonLine<T>(member: string): Promise<T>;
  /** Exit code, after the process has ended; everything that it wrote is then in `output`. */
  ended(): Promise<number | null>;
  output(): string;
  stop(): Promise<number | null>;
}

export function startProcess(file: string, env: Readonly<Record<string, string>>): RunningProcess {
  const args = ['--disable-warning=ExperimentalWarning', join(process.cwd(), 'dist', file)];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<(line: string) => void>();
  const keep = (line: string) => {
    lines.push(line);
    for (const wake of waiting) wake(line);
  };
  createInterface({ input: child.stdout }).on('line', keep);
  createInterface({ input: child.stderr }).on('line', keep);
  const exit = once(child, 'close').then(([code]) => code as number | null);

  const jsonLine = async <T>(member: string): Promise<T> => {
    return Promise.race([
      new Promise<T>((resolve) => {
        const look = (line: string) => {
          const found = readMember(line, member);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found as T);
        };
        waiting.add(look);
        lines.forEach(look);
      }),
      exit.then(() => {
        throw new Error(`${file} ended before it wrote "${member}":\n${lines.join('\n')}`);
      }),
    ]);
  };

  return {
    child,
    jsonLine,
    ended: () => exit,
    output: () => lines.join('\n'),
    stop: () => {
      child.kill('SIGTERM');
      return exit;
    },
  };
}

function readMember(line: string, member: string): unknown {
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return member in value ? value : undefined;
  } catch {
    return undefined;
  }
}
