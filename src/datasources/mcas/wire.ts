import { z } from 'zod';
import {
  flag,
  idText,
  lenientList,
  type McasPage,
  number,
  optionalObject,
  pageParser,
  text,
  texts,
} from './wireParts.js';

const eventObject = z.looseObject({
  id: idText,
  name: text,
  value: z.unknown().optional(),
  objType: number,
  role: number,
  serviceObjectType: text,
  saasId: number,
  instanceId: number,
});

const entity = z.looseObject({
  displayName: text,
  id: z
    .union([
      z.looseObject({ id: idText, saas: number, inst: number }),
      z.string().transform((id) => ({ id, saas: null, inst: null })),
    ])
    .nullish()
    .catch(null),
  resolved: flag,
});

/** Object form `{"0": …, "1": null}` and array form are one list; members that are null are left out. */
const entityData = z.preprocess(
  (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : value),
  lenientList(entity),
);

/**
 * An activity of Cloud Apps as the wire has it. Microsoft publishes no field table; only `_id` is sure. Numbers come as
 * numbers or as text, times as whole or broken milliseconds, `entityData` as an object or an array, members that do not
 * matter in any type. What is malformed becomes null instead of sinking the row.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-activities
 */
const activityWire = z.looseObject({
  _id: z.string().min(1),
  timestamp: number,
  created: number,
  instantiation: number,
  eventType: number,
  eventTypeName: text,
  eventTypeValue: text,
  genericEventType: text,
  actionType: text,
  appId: number,
  appName: text,
  saasId: number,
  instanceId: number,
  source: number,
  description: text,
  severity: z
    .union([z.string(), z.number().transform(String)])
    .nullish()
    .catch(null),
  confidenceLevel: number,
  device: optionalObject({ clientIP: text, userAgent: text, countryCode: text }),
  location: optionalObject({
    countryCode: text,
    city: text,
    region: text,
    regionCode: text,
    postalCode: idText,
    latitude: number,
    longitude: number,
    carrier: text,
    organizationSearchable: text,
    anonymousProxy: flag,
    isSatelliteProvider: flag,
    category: number,
    categoryValue: text,
    ipTags: texts,
  }),
  user: optionalObject({ userName: text, userTags: texts }),
  failedUserData: optionalObject({ userName: text }),
  userAgent: optionalObject({
    family: text,
    name: text,
    version: idText,
    operatingSystem: optionalObject({ name: text, version: idText }),
    os: text,
    type: text,
    typeName: text,
    deviceType: text,
    nativeBrowser: flag,
    tags: texts,
  }),
  mainInfo: optionalObject({
    type: text,
    rawOperationName: text,
    prettyOperationName: text,
    activityResult: optionalObject({ isSuccess: flag, message: text }),
    eventObjects: lenientList(eventObject),
  }),
  resolvedActor: optionalObject({
    id: idText,
    name: text,
    saasId: number,
    instanceId: number,
    resolved: flag,
    tags: texts,
  }),
  session: optionalObject({ sessionId: idText }),
  entityData,
  classifications: texts,
  rawDataJson: z.unknown().optional(),
});
export type ActivityWire = z.infer<typeof activityWire>;

/** A page of activities. `total` is approximate and may change from page to page. */
export type ActivityPage = McasPage<ActivityWire>;

/** @throws {z.ZodError} when the body is no activity. */
export function parseActivity(body: unknown): ActivityWire {
  return activityWire.parse(body);
}

/** Throws `z.ZodError` when the body is no list of activities. */
export const parseActivityPage: (body: unknown) => ActivityPage = pageParser(activityWire);
