import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { monotonicMs } from '../support/monotonicMs.js';
import { receiveJob, report } from './job.js';

export interface QueriesJob {
  /** Of the server, `http://…`; the operation goes to `/graphql`. */
  readonly url: string;
  readonly query: string;
  readonly connections: number;
  readonly seconds: number;
  /** Operations to start a second, whether or not earlier ones are answered; absent: as many as the server answers. */
  readonly perSecond?: number;
}

export interface QueriesReport {
  readonly perSecond: number;
  /** From when the operation was due, so that a server that stalls pays for all who wait. */
  readonly latenciesMs: Float64Array;
  /** Answers with another status than 200, or with errors. */
  readonly failed: number;
  /** Of the last answer. */
  readonly bytes: number;
}

async function run({ url, query, connections, seconds, perSecond }: QueriesJob): Promise<void> {
  const pool = new Pool(url, { connections, headersTimeout: 0, bodyTimeout: 0 });
  const body = JSON.stringify({ query });
  const startMs = monotonicMs();
  const endMs = startMs + seconds * 1_000;
  const latenciesMs: number[] = [];
  let failed = 0;
  let taken = 0;
  let bytes = 0;

  const askOne = async (dueMs: number) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
    const text = await answer.body.text();
    latenciesMs.push(monotonicMs() - dueMs);
    bytes = Buffer.byteLength(text);
    if (answer.statusCode !== 200 || text.includes('"errors":[')) failed += 1;
  };
  const askMany = async () => {
    while (monotonicMs() < endMs) {
      const dueMs = perSecond === undefined ? monotonicMs() : startMs + (taken / perSecond) * 1_000;
      taken += 1;
      if (dueMs >= endMs) return;
      const earlyMs = dueMs - monotonicMs();
      if (earlyMs > 0) await sleep(earlyMs);
      await askOne(dueMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, askMany));
  const elapsedSeconds = (monotonicMs() - startMs) / 1_000;
  await pool.close();
  const found: QueriesReport = {
    perSecond: latenciesMs.length / elapsedSeconds,
    latenciesMs: Float64Array.from(latenciesMs),
    failed,
    bytes,
  };
  report(found);
}

await run(await receiveJob<QueriesJob>());
