import { z } from 'zod';
import type { MCASBlockScriptFormat } from '../../../schema/enums/mcasBlockScript.enum.js';
import type { UpstreamCall } from '../../../upstream/contract.js';
import { pageLimit } from '../calls.js';
import {
  type CategoryWire,
  parseCategories,
  parseStreams,
  parseUploadPlace,
  type StreamWire,
  type UploadPlace,
} from './wire.js';

export interface FinishedUpload {
  readonly uploadUrl: string;
  readonly inputStreamName: string;
  readonly uploadAsSnapshot: boolean;
}

/** This route never had a version in its path. */
export function listStreamsCall(): UpstreamCall<readonly StreamWire[]> {
  return {
    operation: 'mcas.discovery.streams',
    method: 'GET',
    path: '/api/discovery/streams/',
    permission: 'Discovery.read',
    parse: parseStreams,
  };
}

/**
 * The whole list: about 50 categories are documented, and an answer holds 100. Sent as POST, which changes nothing and
 * may be repeated.
 * @param timeFrame Days; undefined leaves the period to the upstream.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-discovery-list-categories
 */
export function listCategoriesCall(streamId: string, timeFrame?: number): UpstreamCall<readonly CategoryWire[]> {
  return {
    operation: 'mcas.discovery.categories',
    method: 'POST',
    path: '/api/v1/discovery/discovered_apps/categories/',
    body: {
      streamId,
      ...(timeFrame === undefined ? {} : { timeFrame }),
      skip: 0,
      limit: pageLimit,
      sortField: 'score',
      sortDirection: 'desc',
    },
    safeToRepeat: true,
    permission: 'Discovery.read',
    parse: parseCategories,
  };
}

const formatNumbers: Readonly<Record<MCASBlockScriptFormat, number>> = {
  BLUECOAT: 102,
  CISCO_ASA: 104,
  FORTIGATE: 108,
  PALO_ALTO: 112,
  ZSCALER: 120,
  JUNIPER_SRX: 129,
  WEBSENSE: 135,
};

/**
 * A script that blocks the apps that are marked as not sanctioned. This route never had a version in its path.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-discovery-script
 */
export function blockScriptCall(format: MCASBlockScriptFormat): UpstreamCall<string> {
  return {
    operation: 'mcas.discovery.blockScript',
    method: 'GET',
    path: '/api/discovery_block_scripts/',
    query: { format: String(formatNumbers[format]), type: 'banned' },
    permission: 'Discovery.manage',
    expects: 'text',
    parse: (body) => z.string().parse(body),
  };
}

export function uploadUrlCall(filename: string, source: string): UpstreamCall<UploadPlace> {
  return {
    operation: 'mcas.discovery.uploadUrl',
    method: 'GET',
    path: '/api/v1/discovery/upload_url/',
    query: { filename, source },
    permission: 'Discovery.manage',
    parse: parseUploadPlace,
  };
}

/** The answer's body is undocumented and not looked at. */
export function doneUploadCall(upload: FinishedUpload): UpstreamCall<undefined> {
  return {
    operation: 'mcas.discovery.doneUpload',
    method: 'POST',
    path: '/api/v1/discovery/done_upload/',
    body: upload,
    permission: 'Discovery.manage',
    parse: () => undefined,
  };
}
