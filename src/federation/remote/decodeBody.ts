import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Decode } from '../../upstream/http/transport.js';

/** The encodings that `decodeBody` knows, for `accept-encoding`. */
export const acceptedEncodings = 'gzip';

/** A body behind gzip is unpacked as it comes; any other is left as it is. */
export const decodeBody: Decode = (body, contentEncoding) =>
  contentEncoding?.trim().toLowerCase() === 'gzip' ? unpacked(body) : body;

function unpacked(body: Readable): AsyncIterable<Buffer> {
  // A failure of either side destroys both; whoever reads hears of it from the unpacked one.
  return pipeline(body, createGunzip(), () => undefined);
}
