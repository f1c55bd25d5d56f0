import { randomBytes } from 'node:crypto';

/** Names a journal: random, so that cursors of another one say nothing in it, behind the time at which it began. */
export function makeEpoch(nowMs: number): string {
  return `${Math.trunc(nowMs).toString(36)}-${randomBytes(6).toString('base64url')}`;
}

/** When the journal began, in epoch milliseconds of whoever began it; `undefined` for a name of another form. */
export function epochBeganAt(epoch: string): number | undefined {
  const [, began] = /^([0-9a-z]{1,11})-[\w-]{8}$/.exec(epoch) ?? [];
  return began === undefined ? undefined : Number.parseInt(began, 36);
}
