import type { Redis } from '../../redis/connection.js';
import type { RememberedRow } from '../changeStore.js';
import type { ChangeTopic, EntityOf } from '../contract.js';
import { parseHead } from './records.js';
import { texts } from './replies.js';

/** A hint to Redis: about as many rows come per page. */
const rowsPerPage = '200';

/**
 * Every row of a topic's heads. Redis may show a row more than once while the hash grows; here each comes once. A place
 * in a scan says nothing to another server process, so the scan ends with its connection.
 */
export async function* scanRows<T extends ChangeTopic>(
  redis: Pick<Redis, 'standing'>,
  key: string,
  topic: T,
): AsyncGenerator<readonly RememberedRow<T>[]> {
  const { session } = redis.standing();
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const reply = await session.send(['HSCAN', key, cursor, 'COUNT', rowsPerPage]);
    const [next, flat] = Array.isArray(reply) ? reply : [];
    cursor = String(next);
    const rows: RememberedRow<T>[] = [];
    const fields = texts(flat);
    for (let at = 0; at < fields.length; at += 2) {
      const [id = '', record = ''] = fields.slice(at, at + 2);
      if (seen.has(id)) continue;
      seen.add(id);
      const { version, entity } = parseHead(topic, id, record).value;
      rows.push({ id, version, entity: entity as EntityOf<T> });
    }
    if (rows.length > 0) yield rows;
  } while (cursor !== '0');
}
