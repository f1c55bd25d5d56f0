import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { EmulatorClock } from '../context.js';
import { instantKey } from '../odata/instant.js';
import { readControlBody } from './readControlBody.js';

const clockSchema = z
  .strictObject({
    /** Moves the tenant's time, and the windows of its limits, forward. */
    advanceSeconds: z.number().min(0).max(315_360_000).optional(),
    /** Sets the tenant's time, without moving the limits. */
    now: z
      .string()
      .refine((text) => instantKey(text) !== undefined, 'must be an RFC 3339 date')
      .optional(),
    /** Stops the tenant's time, or lets it run again. */
    freeze: z.boolean().optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'needs advanceSeconds, now or freeze');

/** Moves the tenant's time. */
export function clockControl(clock: EmulatorClock): FastifyPluginAsync {
  return async (app) => {
    app.post('/_control/clock', (request) => {
      const { advanceSeconds, now, freeze } = readControlBody(clockSchema, request.body);
      if (freeze !== undefined) clock.freeze(freeze);
      if (now !== undefined) clock.set(Date.parse(instantKey(now) ?? now));
      if (advanceSeconds !== undefined) clock.advance(advanceSeconds * 1000);
      return { now: clock.timestamp() };
    });
    app.get('/_control/clock', () => ({ now: clock.timestamp() }));
  };
}
