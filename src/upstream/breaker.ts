import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult, type IBackoff } from 'cockatiel';
import type { Clock } from '../time/clock.js';
import type { HttpOutcome } from './http/transport.js';

/** Failures in a row, of any call, that open the circuit: an outage shows at once, one poisonous query does not. */
const failuresToOpen = 8;

/** How long the circuit stays open, by how often in a row a probe has failed. */
const openForMs = [5_000, 10_000, 20_000, 30_000] as const;

export interface Breaker {
  /** Whether a call would be refused now. */
  readonly refuses: boolean;
  /** Whether the upstream has failed and not yet answered since. */
  readonly failing: boolean;
  /** Milliseconds until a probe may be sent; 0 while the circuit is closed, or a probe may be sent or is under way. */
  readonly probeInMs: number;
  /** Runs one attempt; undefined when the circuit is open, or half open with its probe under way. */
  run(attempt: () => Promise<HttpOutcome>): Promise<HttpOutcome | undefined>;
}

/** Stops calling an upstream that is down. Only 5xx and broken connections count: a refusal is an answer. */
export function createBreaker(clock: Clock): Breaker {
  const pace = createPace(clock);
  const failed = (outcome: unknown) =>
    isOutage(outcome as HttpOutcome) || (policy.state === CircuitState.HalfOpen && wasCutShort(outcome as HttpOutcome));
  const policy = circuitBreaker(handleWhenResult(failed), {
    breaker: new ConsecutiveBreaker(failuresToOpen),
    halfOpenAfter: pace,
  });
  policy.onReset(() => pace.restart());
  const refuses = () =>
    policy.state === CircuitState.HalfOpen || (policy.state === CircuitState.Open && pace.duration > 0);
  return {
    get refuses() {
      return refuses();
    },
    get failing() {
      return policy.state !== CircuitState.Closed;
    },
    get probeInMs() {
      return policy.state === CircuitState.Open ? pace.leftMs : 0;
    },
    run: async (attempt) => (refuses() ? undefined : policy.execute(attempt)),
  };
}

/**
 * Lets the policy follow our clock: it compares the wall time since opening with `duration`, which is therefore nothing
 * once our clock says that the time is over, and endless before.
 */
function createPace(clock: Clock): IBackoff<unknown> & { readonly leftMs: number; restart(): void } {
  let step = -1;
  let openedAt = 0;
  const pace = {
    get leftMs(): number {
      const waitMs = openForMs[Math.min(step, openForMs.length - 1)] ?? openForMs[0];
      return Math.max(0, openedAt + waitMs - clock.now());
    },
    get duration(): number {
      return pace.leftMs === 0 ? 0 : Number.POSITIVE_INFINITY;
    },
    next: (): IBackoff<unknown> => {
      step++;
      openedAt = clock.now();
      return pace;
    },
    restart: (): void => {
      step = -1;
    },
  };
  return pace;
}

function isOutage(outcome: HttpOutcome): boolean {
  if (outcome.kind === 'answer') return outcome.status >= 500;
  return outcome.reason === 'not-sent' || outcome.reason === 'lost' || outcome.reason === 'timeout';
}

/** A probe that was cut short proves nothing; the circuit stays open. */
function wasCutShort(outcome: HttpOutcome): boolean {
  return outcome.kind === 'failure' && (outcome.reason === 'cancelled' || outcome.reason === 'deadline');
}
