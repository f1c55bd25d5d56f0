import * as cloud from './cloudEvidence.type.js';
import * as endpoint from './endpointEvidence.type.js';
import { GenericEvidence } from './genericEvidence.type.js';
import * as identity from './identityEvidence.type.js';
import * as iot from './iotEvidence.type.js';
import * as mail from './mailEvidence.type.js';
import * as network from './networkEvidence.type.js';

/** Every object type behind `AlertEvidence`. Most are reached through the interface only, so the schema has to be told. */
export const evidenceTypes: Function[] = [
  ...Object.values(identity),
  ...Object.values(endpoint),
  ...Object.values(iot),
  ...Object.values(network),
  ...Object.values(mail),
  ...Object.values(cloud),
  GenericEvidence,
];
