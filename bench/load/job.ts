import { once } from 'node:events';

/** The job that the parent sends. From then on the process ends with its parent. */
export async function receiveJob<Job>(): Promise<Job> {
  process.once('disconnect', () => process.exit());
  const [job] = (await once(process, 'message')) as [Job];
  return job;
}

/** Sends a report to the parent. */
export function report(message: object): void {
  process.send?.(message);
}
