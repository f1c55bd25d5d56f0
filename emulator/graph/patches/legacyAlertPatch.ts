import type { Row } from '../../tenant/Tenant.js';
import { invalidBody, oneOf, type ReadProperty, readPatch, textList, textOrNull } from './readPatch.js';

/** The only comments that the service takes, because each stands for an action in the provider. */
const closingComments = ['Closed in IPC', 'Closed in MCAS'];

const writable: Readonly<Record<string, ReadProperty>> = {
  assignedTo: textOrNull,
  closedDateTime: textOrNull,
  comments(value, name) {
    const comments = textList(value, name) as string[];
    if (comments.every((comment) => closingComments.includes(comment))) return comments;
    throw invalidBody("The property 'comments' accepts only 'Closed in IPC' and 'Closed in MCAS'.");
  },
  feedback: oneOf('unknown truePositive falsePositive benignPositive'),
  status: oneOf('unknown newAlert inProgress resolved dismissed'),
  tags: textList,
};

/**
 * The change that a PATCH of a legacy alert makes.
 * @throws {GraphError} 400 without provider and vendor, or with any other property.
 * @see https://learn.microsoft.com/graph/api/alert-update
 */
export function readLegacyPatch(body: Row, now: string): Row {
  const { vendorInformation, ...rest } = body;
  const { provider, vendor } = (vendorInformation ?? {}) as { provider?: unknown; vendor?: unknown };
  if (typeof provider !== 'string' || typeof vendor !== 'string' || provider === '' || vendor === '') {
    throw invalidBody("The property 'vendorInformation' with 'provider' and 'vendor' is required.");
  }
  const change = readPatch(rest, writable, 'reject');
  const isClosed = change.status === 'resolved' || change.status === 'dismissed';
  return isClosed ? { closedDateTime: now, ...change } : change;
}
