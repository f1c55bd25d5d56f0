import { fork } from 'node:child_process';
import { on, once } from 'node:events';

/** A process that makes load, so that what it costs to make stays off the event loop that is measured. */
export interface LoadProcess<Report> extends AsyncDisposable {
  /** The next report, in the order in which they were made. @throws when the process ends before. */
  next(): Promise<Report>;
}

/**
 * Starts `load/<name>.js` and gives it its job.
 * @typeParam Report what the process sends back.
 */
export function startLoad<Report>(name: string, job: object): LoadProcess<Report> {
  const child = fork(new URL(`../load/${name}.js`, import.meta.url), { serialization: 'advanced' });
  const ended = new AbortController();
  const exit = once(child, 'exit').then(() => ended.abort(new Error(`The load process ${name} ended.`)));
  const reports = on(child, 'message', { signal: ended.signal });
  child.send(job);
  return {
    async next() {
      const { value } = await reports.next();
      return (value as [Report])[0];
    },
    async [Symbol.asyncDispose]() {
      await reports.return?.();
      child.kill();
      await exit;
    },
  };
}
