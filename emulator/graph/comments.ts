import type { FastifyRequest } from 'fastify';
import type { Row } from '../tenant/Tenant.js';
import { requireRow } from './answerEntity.js';
import type { GraphContext } from './GraphContext.js';
import { invalidBody, readJsonObject } from './patches/readPatch.js';
import type { Resource } from './Resource.js';

/** All comments of an alert or incident, as GET and POST answer them. */
export interface CommentsAnswer {
  readonly '@odata.context': string;
  readonly value: readonly Row[];
}

/**
 * Appends a comment and answers all of them.
 * @throws {GraphError} 404, or 400 without a text.
 * @see https://learn.microsoft.com/graph/api/security-alert-post-comments
 */
export function appendComment(
  request: FastifyRequest,
  resource: Resource,
  id: string,
  graph: GraphContext,
): CommentsAnswer {
  requireRow(resource, id, graph);
  const { comment } = readJsonObject(request.body);
  if (typeof comment !== 'string' || comment === '') throw invalidBody("The property 'comment' is required.");
  const row = resource.rows(graph.tenant).get(id) ?? {};
  const added = { comment, createdByDisplayName: nameOfCaller(request), createdDateTime: graph.clock.timestamp() };
  const isSilent = graph.faults.takeEffect('silentComment', request.call.area) !== undefined;
  const comments = [...commentsOf(row), added];
  graph.store.update(resource, id, { comments }, isSilent ? null : 'lastUpdateDateTime');
  return answer(resource, id, comments, graph);
}

/** @throws {GraphError} 404. */
export function listComments(
  _request: FastifyRequest,
  resource: Resource,
  id: string,
  graph: GraphContext,
): CommentsAnswer {
  return answer(resource, id, commentsOf(requireRow(resource, id, graph)), graph);
}

function commentsOf(row: Row): Row[] {
  return Array.isArray(row.comments) ? row.comments : [];
}

function nameOfCaller(request: FastifyRequest): string {
  return request.call.claims?.userPrincipalName ?? `API-App:${request.call.claims?.appId ?? ''}`;
}

function answer(resource: Resource, id: string, value: readonly Row[], graph: GraphContext): CommentsAnswer {
  return { '@odata.context': `${graph.urls.graph}/v1.0/$metadata#${resource.path}('${id}')/comments`, value };
}
