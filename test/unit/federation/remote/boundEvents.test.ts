import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundEvents } from '../../../../src/federation/remote/streams/boundEvents.js';

const maxBytes = 40;

/** Whether a stream in these pieces comes through whole. */
async function comesThrough(text: string, pieceBytes: number): Promise<boolean> {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, n) =>
    bytes.subarray(n * pieceBytes, (n + 1) * pieceBytes),
  );
  const received: Uint8Array[] = [];
  let wasTold = false;
  try {
    const onTooLong = () => {
      wasTold = true;
    };
    for await (const piece of boundEvents(asStream(pieces), maxBytes, onTooLong)) received.push(piece);
    return Buffer.concat(received).equals(bytes);
  } catch {
    expect(wasTold).toBe(true);
    return false;
  }
}

async function* asStream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe('a stream of events', () => {
  const separators = fc.constantFrom('\n\n', '\r\n\r\n', '\r\r');

  it('comes through whole, however long, while each event is short', async () => {
    const event = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom('a', ':', ' ') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 30 }),
        separators,
        fc.integer({ min: 1, max: 7 }),
        async (all, separator, size) => comesThrough(all.map((each) => each + separator).join(''), size),
      ),
    );
  });

  it('is broken off at an event that is too long', async () => {
    await fc.assert(
      fc.asyncProperty(separators, fc.integer({ min: 1, max: 50 }), async (separator, size) => {
        expect(await comesThrough(`short${separator}${'x'.repeat(maxBytes + 10)}`, size)).toBe(false);
      }),
    );
  });
});
