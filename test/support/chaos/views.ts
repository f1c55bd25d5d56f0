import type { AlertState } from './ChaosTenant.js';

/** What subscribers ask for: a filter for the gateway, and its meaning in this test's own words. */
export interface View {
  readonly name: string;
  readonly filter: Readonly<Record<string, unknown>> | null;
  matches(state: Shown): boolean;
}

/** An alert as the gateway shows it. */
export interface Shown {
  readonly assignedTo: string | null;
  readonly status: string;
  readonly severity: string;
  readonly lastUpdateDateTime: string;
}

/** All of them match what is new and of high severity. */
export const views: readonly View[] = [
  { name: 'everything', filter: null, matches: () => true },
  { name: 'high', filter: { severity: { in: ['HIGH'] } }, matches: ({ severity }) => severity === 'HIGH' },
  {
    name: 'unresolved',
    filter: { status: { notIn: ['RESOLVED'] } },
    matches: ({ status }) => status !== 'RESOLVED',
  },
  {
    name: 'new and harmful',
    filter: { status: { in: ['NEW'] }, severity: { in: ['HIGH', 'MEDIUM'] } },
    matches: ({ status, severity }) => status === 'NEW' && (severity === 'HIGH' || severity === 'MEDIUM'),
  },
];

/** The upstream's `inProgress` is the gateway's `IN_PROGRESS`. */
export function toShown({ assignedTo, status, severity, lastUpdateDateTime }: AlertState): Shown {
  return { assignedTo, status: toEnum(status), severity: toEnum(severity), lastUpdateDateTime };
}

export function isSameShown(a: Shown | null | undefined, b: Shown | null | undefined): boolean {
  if (!a || !b) return (a ?? null) === (b ?? null);
  return (
    a.assignedTo === b.assignedTo &&
    a.status === b.status &&
    a.severity === b.severity &&
    a.lastUpdateDateTime === b.lastUpdateDateTime
  );
}

function toEnum(word: string): string {
  return word.replace(/([A-Z])/g, '_$1').toUpperCase();
}
