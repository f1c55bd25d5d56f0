import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../time/clock.js';
import { ConnectionTurns } from './connectionTurns.js';
import { CrowdGuard } from './crowdGuard.js';
import { sendError } from './httpErrors.js';
import { Tarpit } from './tarpit.js';

/** Takes what was posted, by whomever. */
export interface WebhookReceiver {
  /** Never throws, and answers before it works. `useless`: nothing in it is believed, or all of it came too often. */
  receive(body: string): Promise<'accepted' | 'useless' | 'malformed'>;
}

export interface WebhookOptions {
  /** Such as `/webhooks/microsoft-graph`. */
  readonly path: string;
  readonly receiver: WebhookReceiver;
}

/** The route, once it stands. */
export interface WebhookRoute {
  /** Gives all answers that are held back. */
  endWaits(): void;
  /** Whether the request, of which nothing but the head was read yet, is one for this route that has to be cut. */
  cuts(request: IncomingMessage): boolean;
}

/** What to answer; `late` is for those whose next request is not wanted soon. */
interface Verdict {
  readonly late: boolean;
  readonly answer: (reply: FastifyReply) => FastifyReply;
}

const maxBodyBytes = 256 * 1024;
/** With the limit of a body: at most 8 MB are held for senders whom nobody has checked yet. */
const maxBodiesInFlight = 32;
/** Senders get an answer within 3 seconds, so one that needs longer for its body is of no use. */
const bodyTimeoutMs = 3_000;
/** A sender that is not believed gets about one request a second through each of its connections. */
const holdMs = 1_000;
const maxHeldAnswers = 1_000;
/** Judging one costs about a tenth of a millisecond. */
const heardInCrowdPerSecond = 300;
/**
 * Requests sent behind an unanswered one, a few kB each. Those of one piece of a connection, 64 KB, are there before it
 * can be paused. Cutting the connection instead would bring the sender back at once, with as many.
 */
const maxQueuedRequests = 10_000;
const maxTokenCharacters = 1_024;
const retryAfterSeconds = '10';

/**
 * The route of change notifications. There is no principal here: a body is believed item by item, by its secret. What is
 * refused is refused as cheaply as possible: by method, media type and stated length before a byte of the body is read,
 * then by the number of bodies under way and by size while it is read, and only then is anything parsed. Whatever is not
 * believed is answered late and its connection not read meanwhile; past a bound the connection is cut without an answer,
 * most of them before anything looks at the request.
 *
 * A scope of its own, with a parser that reads nothing; CORS does not apply, since no page has business here.
 * @see https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
 */
export async function registerWebhooks(
  app: FastifyInstance,
  options: WebhookOptions & { readonly clock: Clock },
): Promise<WebhookRoute> {
  const { path: url, receiver, clock } = options;
  const config = { withoutCors: true } as const;
  const turns = new ConnectionTurns(maxQueuedRequests);
  const tarpit = new Tarpit({ holdMs, capacity: maxHeldAnswers, clock });
  const guard = new CrowdGuard(() => tarpit.size >= maxHeldAnswers, heardInCrowdPerSecond, clock);
  let inFlight = 0;
  const judge = async (request: FastifyRequest): Promise<Verdict> => {
    const verdict = judgeHeaders(request);
    if (verdict !== undefined) return verdict;
    if (inFlight >= maxBodiesInFlight) return busy;
    inFlight += 1;
    try {
      return await judgeBody(request, receiver, clock);
    } finally {
      inFlight -= 1;
    }
  };
  const answer = async (request: FastifyRequest, reply: FastifyReply, verdictOf: typeof judge) => {
    const { socket } = request.raw;
    if (!(await turns.enter(socket))) return hangUp(reply, socket);
    try {
      const verdict = await verdictOf(request);
      if (!verdict.late) return verdict.answer(reply);
      socket.pause();
      return (await tarpit.hold()) ? verdict.answer(reply) : hangUp(reply, socket);
    } finally {
      turns.leave(socket);
    }
  };
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      if (error.statusCode !== 415) throw error;
      return answer(request, reply, async () => wrongType);
    });
    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      config,
      handler: (request, reply) => answer(request, reply, async () => wrongMethod),
    });
    scope.post(url, { config }, (request, reply) => answer(request, reply, judge));
  });
  return {
    endWaits: () => tarpit.end(),
    cuts: (request) => request.url?.startsWith(url) === true && guard.cuts(),
  };
}

function judgeHeaders(request: FastifyRequest): Verdict | undefined {
  const { validationToken } = request.query as Readonly<Record<string, unknown>>;
  if (validationToken !== undefined) return echo(validationToken);
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!/^application\/json\s*(?:;|$)/i.test(type) || encoding !== 'identity') return wrongType;
  return Number(request.headers['content-length'] ?? 0) > maxBodyBytes ? tooLarge : undefined;
}

/**
 * Proves that the address is ours: the sender wants its token back as plain text. Anybody may send a token, so what could
 * begin markup is escaped, beside the headers that keep a browser from looking for any. Other characters return as they
 * are: the token means nothing to us, and one that came back changed would be refused.
 */
function echo(token: unknown): Verdict {
  if (typeof token !== 'string' || token.length > maxTokenCharacters || hasControls(token)) return wrongToken;
  return {
    late: false,
    answer: (reply) =>
      reply
        .header('cache-control', 'no-store')
        .header('connection', 'close')
        .type('text/plain; charset=utf-8')
        .send(token.replace(/[<>"']/g, (character) => `&#${character.charCodeAt(0)};`)),
  };
}

async function judgeBody({ raw }: FastifyRequest, receiver: WebhookReceiver, clock: Clock): Promise<Verdict> {
  const body = await readBody(raw, clock);
  if (body === 'tooLarge') return tooLarge;
  if (body === 'gone') return gone;
  if (body === 'tooSlow') return tooSlow;
  return received[await receiver.receive(body.toString('utf8'))];
}

/** Reads no further than the limit: the rest stays with the sender until the connection is closed. */
async function readBody(raw: IncomingMessage, clock: Clock): Promise<Buffer | 'tooLarge' | 'tooSlow' | 'gone'> {
  if (raw.destroyed) return 'gone';
  const read = new AbortController();
  const tooSlow = clock.sleep(bodyTimeoutMs, read.signal).then(
    () => 'tooSlow' as const,
    () => 'tooSlow' as const,
  );
  const chunks: Buffer[] = [];
  let length = 0;
  let settle: (outcome: Buffer | 'tooLarge' | 'gone') => void = () => undefined;
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBodyBytes) settle('tooLarge');
    else chunks.push(chunk);
  };
  const onEnd = () => settle(Buffer.concat(chunks));
  const onLost = () => settle('gone');
  const whole = new Promise<Buffer | 'tooLarge' | 'gone'>((resolve) => {
    settle = resolve;
    raw.on('data', onData).once('end', onEnd).once('error', onLost).once('close', onLost);
  });
  try {
    return await Promise.race([whole, tooSlow]);
  } finally {
    raw.off('data', onData).off('end', onEnd).pause();
    read.abort();
  }
}

const accept = (reply: FastifyReply) => reply.code(202).send();

/** The body was read to its end, so the connection may stay: making a new one costs more than one that waits. */
const received: Readonly<Record<'accepted' | 'useless' | 'malformed', Verdict>> = {
  accepted: { late: false, answer: accept },
  useless: { late: true, answer: accept },
  malformed: {
    late: true,
    answer: (reply) => sendError(reply, 400, 'BAD_REQUEST', 'The request body is not a collection of notifications.'),
  },
};
const wrongToken = refusal(400, 'This is not a validation token.');
const wrongType = refusal(415, 'The request body has to be application/json.');
const wrongMethod = refusal(405, 'Notifications are posted.', { allow: 'POST' });
const tooLarge = refusal(413, 'The request body is larger than this route accepts.');
const busy = refusal(503, 'Busy.', { 'retry-after': retryAfterSeconds });
/** These have waited, or nobody is there to wait. */
const tooSlow: Verdict = { ...refusal(408, 'The request body took too long.'), late: false };
const gone: Verdict = { ...refusal(400, 'The request body is not whole.'), late: false };

/** Closes the connection, so that what is left of the body is never read. */
function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Verdict {
  const answer = (reply: FastifyReply) =>
    sendError(reply.headers({ ...headers, connection: 'close' }), status, 'BAD_REQUEST', message);
  return { late: true, answer };
}

function hangUp(reply: FastifyReply, socket: Socket): FastifyReply {
  socket.destroy();
  return reply.hijack();
}

function hasControls(text: string): boolean {
  return [...text].some((character) => (character.codePointAt(0) ?? 0) < 0x20 || character === '\u007f');
}
