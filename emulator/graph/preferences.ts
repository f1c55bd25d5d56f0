import type { FastifyReply, FastifyRequest } from 'fastify';

/** A wish of the `Prefer` header that the emulated services honour. */
export type Preference = 'include-unknown-enum-members' | 'return=representation';

/** Whether the caller wishes it; if so, the answer says that it was applied. */
export function prefers(request: FastifyRequest, reply: FastifyReply, preference: Preference): boolean {
  const wishes = String(request.headers.prefer ?? '')
    .split(',')
    .map((wish) => wish.trim().toLowerCase());
  const wished = wishes.includes(preference);
  if (wished) reply.header('preference-applied', preference);
  return wished;
}
