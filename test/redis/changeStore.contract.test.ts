import { createRedisChangeStore } from '../../src/changes/redis/redisChangeStore.js';
import { systemClock } from '../../src/time/clock.js';
import { describeWithRedis } from '../support/redisServer.js';
import { describeChangeStore } from '../unit/changes/describeChangeStore.js';
import { newTenant, TestConnections } from './support.js';

describeWithRedis('over Redis', (url) => {
  describeChangeStore('Redis', { isDurable: true }, async () => {
    const connections = new TestConnections();
    const redis = await connections.connect(url(), { tenantId: newTenant() });
    return {
      open: async ({ clock, retention }) =>
        createRedisChangeStore({
          redis,
          clock: systemClock,
          random: Math.random,
          journalClock: clock,
          ...(retention === undefined ? {} : { retention }),
        }),
      remove: () => connections.close(),
    };
  });
});
