import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { ChaosRun } from '../support/chaos/ChaosRun.js';
import { ChaosTenant } from '../support/chaos/ChaosTenant.js';
import { itKeepsItsPromises } from '../support/chaos/describeChaos.js';
import { GatewayProcess } from '../support/chaos/GatewayProcess.js';
import { JournalBook } from '../support/chaos/JournalBook.js';
import { readStateFile } from '../support/chaos/journalReaders.js';
import type { ChaosReport } from '../support/chaos/judgeRun.js';
import { chaosSize } from '../support/chaos/sizes.js';

const takeoverMs = 6_000;

async function play(): Promise<ChaosReport> {
  const size = chaosSize('embedded');
  const tenant = await ChaosTenant.start(size.seed);
  const directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  const settings = { ...tenant.env, STATE_DIR: directory, POLL_SECONDS: '1' };
  const gateway = await GatewayProcess.start('the gateway', settings);
  const book = new JournalBook();
  const world = {
    tenant,
    gateways: [gateway],
    book,
    journal: readStateFile(directory, book),
    leader: async () => gateway,
    takeoverMs,
  };
  try {
    return await new ChaosRun(world, size).play();
  } finally {
    await gateway.stop();
    await tenant.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('one gateway that is killed again and again while people write and subscribe', () => {
  itKeepsItsPromises(play, 0);
});
