import { randomUUID } from 'node:crypto';

/** Marks calls that a `$batch` dispatches; the value is a secret of this process, so that no client can claim it. */
export const batchPartHeader = 'x-emulator-batch-part';
export const batchPartMark = randomUUID();

export function isBatchPart(header: string | string[] | undefined): boolean {
  return header === batchPartMark;
}
