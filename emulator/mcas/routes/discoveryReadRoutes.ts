import type { FastifyReply } from 'fastify';
import { bannedDomains, type CategoryCount, countCategories } from '../../tenant/cloudDiscovery.js';
import { badRequest, htmlPage, McasError } from '../McasError.js';
import { readInteger, toListInput } from '../readInput.js';
import type { Call, RouteKit } from './RouteKit.js';

const maxTimeFrameDays = 90;

/** Lines of a block script for one domain, by the number of the appliance. */
const blockFormats: Readonly<Record<string, (domain: string) => string>> = {
  '102': (domain) => `url.domain=${domain} deny`,
  '104': (domain) => `access-list banned extended deny ip any host ${domain}`,
  '108': (domain) => `edit 0\n  set url "${domain}"\n  set action block\nnext`,
  '112': (domain) => `set profiles custom-url-category banned list ${domain}`,
  '120': (domain) => `.${domain}`,
  '129': (domain) => `set security utm custom-objects url-pattern banned value ${domain}`,
  '135': (domain) => domain,
};

/** What discovery shows: its reports, the categories of their apps, and scripts that block apps. */
export function addDiscoveryReadRoutes(kit: RouteKit): void {
  kit.on(['GET'], '/discovery/streams/', 'readDiscovery', ({ context }) => ({
    streams: [...context.tenant.streams.values()],
  }));
  kit.on(['POST'], '/discovery/discovered_apps/categories/', 'readDiscovery', listCategories);
  kit.on(['GET'], '/discovery_block_scripts/', 'writeDiscovery', sendBlockScript);
}

/** A bare list, unlike every other. */
function listCategories({ context, input }: Call): CategoryCount[] {
  const { skip, limit, sortField, sortDirection } = toListInput(input);
  if (sortField !== undefined && sortField !== 'score') throw badRequest(`sortField ${sortField} is not valid`);
  const { tenant, switches } = context;
  const { streamId } = input;
  if (typeof streamId !== 'string' || !tenant.streams.has(streamId))
    throw unknownStream(switches.mcasUnknownStreamStatus);
  const days = readInteger('timeFrame', input.timeFrame);
  if (days === 0 || (days ?? 1) > maxTimeFrameDays) throw badRequest('timeFrame is not valid');
  const sign = (sortDirection ?? switches.mcasDefaultSortDirection) === 'asc' ? 1 : -1;
  const sorted = countCategories(tenant, streamId, days).sort((left, right) => sign * (left.total - right.total));
  return sorted.slice(skip, skip + Math.min(limit || switches.mcasPageCap, switches.mcasPageCap));
}

function unknownStream(status: number): McasError {
  return new McasError(status, status === 404 ? htmlPage('Not Found') : badRequest('streamId is not valid').body);
}

function sendBlockScript({ context, input, reply }: Call): FastifyReply {
  const code = String(input.format);
  const format = Object.hasOwn(blockFormats, code) ? blockFormats[code] : undefined;
  if (format === undefined) throw badRequest('format is not valid');
  if ((input.type ?? 'banned') !== 'banned') throw badRequest('type is not valid');
  const lines = bannedDomains(context.tenant).map((domain) => `${format(domain)}\n`);
  return reply.type(context.switches.mcasBlockScriptType).send(lines.join(''));
}
