import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/observability/createLogger.js';

function log(write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger('info', { write: (line: string) => void lines.push(line) }));
  return lines;
}

describe('the log', () => {
  it('is one JSON object a line with level, time and message', () => {
    const [line = ''] = log((logger) => logger.child({ part: 'feed' }).info({ rows: 3 }, 'sweep done'));
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.any(String),
      part: 'feed',
      rows: 3,
      msg: 'sweep done',
    });
  });

  it('leaves out lines below its level', () => {
    expect(log((logger) => logger.debug({}, 'quiet'))).toEqual([]);
  });

  it('removes secrets, headers and bodies by name', () => {
    const fields = {
      authorization: 'Bearer eyJ0',
      request: { headers: { cookie: 'eyJ0' }, body: 'eyJ0', url: '/users/eyJ0' },
      clientSecret: 'eyJ0',
    };
    expect(log((logger) => logger.info(fields, 'request')).join()).not.toContain('eyJ0');
  });

  it('tells errors with their causes, without the addresses in their texts', () => {
    const cause = Object.assign(new Error('GET https://graph.microsoft.com/v1.0/users/jane failed'), {
      code: 'ECONNRESET',
    });
    const [line = ''] = log((logger) =>
      logger.error({ err: new Error('upstream failed', { cause }) }, 'operation failed'),
    );
    expect(line).not.toContain('jane');
    expect(JSON.parse(line).err).toMatchObject({
      message: 'upstream failed',
      cause: { message: 'GET (address) failed', code: 'ECONNRESET' },
    });
  });
});
