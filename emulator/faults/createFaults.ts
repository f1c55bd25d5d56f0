import type { Area, EmulatorClock, LedgerUpstream } from '../context.js';
import type { FaultInput, FaultKind } from './faultSchema.js';

/** A call, as far as faults choose by it. */
export interface FaultTarget {
  readonly upstream: LedgerUpstream;
  readonly area: Area;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
}

/** The scripted faults that are still to strike. */
export interface Faults {
  add(fault: FaultInput): void;
  /** Takes the oldest fault that fits the call, of the kinds that strike calls; each strike uses one up. */
  takeForCall(target: FaultTarget): FaultInput | undefined;
  /** Takes the oldest fault of one kind for an area. */
  takeEffect(kind: FaultKind, area: Area): FaultInput | undefined;
  /** Faults that have not struck out yet. */
  pending(): readonly FaultInput[];
  clear(): void;
}

interface Scripted {
  readonly fault: FaultInput;
  left: number;
  readonly endsAtMs: number;
}

const effects: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'writeLag',
  'staleListAfterPatch',
  'restamp',
  'silentComment',
  'duplicateNotification',
  'reorderedNotifications',
]);

export function createFaults(clock: EmulatorClock): Faults {
  let scripted: Scripted[] = [];

  function take(fits: (fault: FaultInput) => boolean): FaultInput | undefined {
    const nowMs = clock.elapsedMs();
    scripted = scripted.filter((item) => item.left > 0 && item.endsAtMs > nowMs);
    const found = scripted.find((item) => fits(item.fault));
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.fault;
  }

  return {
    add(fault) {
      const endsAtMs =
        fault.seconds === undefined ? Number.POSITIVE_INFINITY : clock.elapsedMs() + fault.seconds * 1000;
      const left = fault.times ?? (fault.seconds === undefined ? 1 : Number.POSITIVE_INFINITY);
      scripted.push({ fault, left, endsAtMs });
    },
    takeForCall: (target) => take((fault) => !effects.has(fault.kind) && fitsTarget(fault, target)),
    takeEffect: (kind, area) =>
      take((fault) => fault.kind === kind && (fault.upstream === area || fault.upstream === 'graph')),
    pending: () =>
      scripted.filter((item) => item.left > 0 && item.endsAtMs > clock.elapsedMs()).map((item) => item.fault),
    clear() {
      scripted = [];
    },
  };
}

function fitsTarget(fault: FaultInput, target: FaultTarget): boolean {
  if (fault.upstream !== target.area && fault.upstream !== target.upstream) return false;
  if (fault.match === undefined) return true;
  const line = `${target.method} ${target.path}`.toLowerCase();
  return line.includes(fault.match.toLowerCase()) || decode(line).includes(fault.match.toLowerCase());
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
