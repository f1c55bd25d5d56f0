import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe } from '@jest/globals';
import { ChaosRun } from '../support/chaos/ChaosRun.js';
import { ChaosTenant } from '../support/chaos/ChaosTenant.js';
import { itKeepsItsPromises } from '../support/chaos/describeChaos.js';
import { GatewayProcess } from '../support/chaos/GatewayProcess.js';
import { JournalBook } from '../support/chaos/JournalBook.js';
import { readStream } from '../support/chaos/journalReaders.js';
import type { ChaosReport } from '../support/chaos/judgeRun.js';
import { chaosSize } from '../support/chaos/sizes.js';
import { describeWithOwnRedis, startRedis } from '../support/redisServer.js';

/** The lease of a leader that died, and the first sweep of the next one. */
const takeoverMs = 12_000;
const restartMs = 500;

interface Variant {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly losesAll: boolean;
}

async function play({ name, settings, losesAll }: Variant): Promise<ChaosReport> {
  const size = chaosSize(name);
  const redis = await startRedis(settings);
  const tenant = await ChaosTenant.start(size.seed);
  const directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  const env = { ...tenant.env, STATE_DIR: directory, REDIS_URL: redis.url, POLL_SECONDS: '1' };
  const gateways: GatewayProcess[] = [];
  const book = new JournalBook();
  try {
    for (const each of ['one', 'two', 'three']) gateways.push(await GatewayProcess.start(each, env));
    const world = {
      tenant,
      gateways,
      book,
      journal: await readStream(redis.url, book),
      leader: () => leaderOf(gateways),
      restartServer: async () => {
        await redis.kill();
        await wait(restartMs);
        await redis.start();
      },
      losesAll,
      takeoverMs,
    };
    return await new ChaosRun(world, size).play();
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await tenant.stop();
    await redis.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Who holds the lease, as the gateways say. */
async function leaderOf(gateways: readonly GatewayProcess[]): Promise<GatewayProcess> {
  for (;;) {
    const leading = gateways.filter((gateway) => gateway.leads() !== undefined);
    const newest = leading.sort((a, b) => (b.leads() ?? 0) - (a.leads() ?? 0))[0];
    if (newest !== undefined) return newest;
    await wait(restartMs);
  }
}

describeWithOwnRedis('three gateways whose leaders are killed, and whose Redis is killed once', () => {
  describe('with every write on disk', () => {
    const settings = { appendonly: 'yes', appendfsync: 'always' };
    itKeepsItsPromises(() => play({ name: 'always', settings, losesAll: false }), 0);
  });

  describe('with nothing on disk', () => {
    itKeepsItsPromises(() => play({ name: 'nothing', settings: {}, losesAll: true }), 1);
  });
});
