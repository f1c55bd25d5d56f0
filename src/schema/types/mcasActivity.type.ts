import { JSONResolver } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { mcasActivityType, mcasDeviceType } from '../enums/mcas.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';
import { TimelineEntry } from './timeline.type.js';

@ObjectType({ description: 'Where the request of a Cloud Apps activity came from.' })
export class MCASActivityDevice {
  @Field(() => String, {
    nullable: true,
    description: 'IP address of the client; null when the app did not report it.',
  })
  clientIP: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'User agent text as the client sent it; chosen by the client, so not to be trusted.',
  })
  userAgent: string | null;

  @Field(() => String, { nullable: true, description: 'Country of the IP address, ISO 3166-1 alpha-2.' })
  countryCode: string | null;
}

@ObjectType({ description: 'Place and network of the IP address of a Cloud Apps activity.' })
export class MCASActivityLocation {
  @Field(() => String, { nullable: true, description: 'Country, ISO 3166-1 alpha-2.' })
  countryCode: string | null;

  @Field(() => String, { nullable: true, description: 'City; null when unknown.' })
  city: string | null;

  @Field(() => String, { nullable: true, description: 'Region or state; null when unknown.' })
  region: string | null;

  @Field(() => String, { nullable: true, description: 'Short code of the region; null when unknown.' })
  regionCode: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code; null when unknown.' })
  postalCode: string | null;

  @Field(() => Float, { nullable: true, description: 'Latitude in degrees, north positive.' })
  latitude: number | null;

  @Field(() => Float, { nullable: true, description: 'Longitude in degrees, east positive.' })
  longitude: number | null;

  @Field(() => String, { nullable: true, description: 'Carrier of the network; null when unknown.' })
  carrier: string | null;

  @Field(() => String, { nullable: true, description: 'Organisation that owns the network.' })
  organization: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the address is an anonymous proxy.' })
  anonymousProxy: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the address belongs to a satellite provider.' })
  isSatelliteProvider: boolean | null;

  @Field(() => Int, { nullable: true, description: "The upstream's number of the IP category." })
  category: number | null;

  @Field(() => String, {
    nullable: true,
    description: "The upstream's word of the IP category, such as `CLOUD_PROXY_NETWORK_IP`.",
  })
  categoryValue: string | null;

  @Field(() => [String], { description: 'Ids of the IP tags; may be empty.' })
  ipTags: readonly string[];
}

@ObjectType({
  description: 'The client program of a Cloud Apps activity, as the upstream read it from the user agent.',
})
export class MCASUserAgent {
  @Field(() => String, { nullable: true, description: 'Family, such as `CHROME`.' })
  family: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  name: string | null;

  @Field(() => String, { nullable: true, description: 'Version as text; null when unknown.' })
  version: string | null;

  @Field(() => String, { nullable: true, description: 'Operating system with its version; null when unknown.' })
  operatingSystem: string | null;

  @Field(() => String, { nullable: true, description: 'Kind of program, such as `Browser` or `Application`.' })
  type: string | null;

  @Field(() => mcasDeviceType.type, { nullable: true, description: 'Kind of device.' })
  deviceType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `deviceType`." })
  rawDeviceType: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is a native client and no browser.' })
  nativeBrowser: boolean | null;

  @Field(() => [String], { description: 'Ids of the user agent tags; may be empty.' })
  tags: readonly string[];
}

@ObjectType({ description: 'One thing or person that a Cloud Apps activity is about.' })
export class MCASEventObject {
  @Field(() => ID, { nullable: true, description: 'Id of the object inside its app; null when it has none.' })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the object.' })
  name: string | null;

  @Field(() => String, { nullable: true, description: 'Value, when the object is a parameter.' })
  value: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "The upstream's number of the kind; 21 and 23 are seen for users and accounts.",
  })
  objType: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "The upstream's number of the part that it plays; 4 is seen for the actor.",
  })
  role: number | null;

  @Field(() => String, { nullable: true, description: "Kind in the app's own words; null when unsaid." })
  serviceObjectType: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the app that the object belongs to.' })
  saasId: number | null;

  @Field(() => Int, { nullable: true, description: 'Instance of that app.' })
  instanceId: number | null;
}

@ObjectType({ description: 'What a Cloud Apps activity did, and to what.' })
export class MCASActivityMainInfo {
  @Field(() => mcasActivityType.type, { nullable: true, description: 'Family of the activity.' })
  type: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `type`." })
  rawType: string | null;

  @Field(() => String, { nullable: true, description: "Operation in the app's own words." })
  rawOperationName: string | null;

  @Field(() => String, { nullable: true, description: 'Operation in words for humans.' })
  prettyOperationName: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the operation succeeded; null when unsaid.' })
  isSuccess: boolean | null;

  @Field(() => String, { nullable: true, description: 'Why it failed; null when it did not, or when unsaid.' })
  resultMessage: string | null;

  @Field(() => [MCASEventObject], { description: 'Objects, parameters and persons of the activity; may be empty.' })
  eventObjects: readonly MCASEventObject[];
}

@ObjectType({ description: 'Who did a Cloud Apps activity, as far as the upstream found out.' })
export class MCASResolvedActor {
  @Field(() => ID, { nullable: true, description: 'Id inside the app; the object id for Entra accounts.' })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'Display name, or the user principal name.' })
  name: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the app that the account belongs to.' })
  saasId: number | null;

  @Field(() => Int, { nullable: true, description: 'Instance of that app.' })
  instanceId: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the upstream knows the account.' })
  resolved: boolean | null;

  @Field(() => [String], { description: 'Ids of the groups of the actor; may be empty.' })
  tags: readonly string[];
}

@ObjectType({ description: 'One account that a Cloud Apps activity names.' })
export class MCASEntity {
  @Field(() => ID, { nullable: true, description: 'Id inside the app: a user principal name or an object id.' })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the app that the account belongs to.' })
  saasId: number | null;

  @Field(() => Int, { nullable: true, description: 'Instance of that app.' })
  instanceId: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the upstream knows the account.' })
  resolved: boolean | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'Something that somebody did in a cloud app. From Microsoft Defender for Cloud Apps (MCAS); lists reach back about 30 days. Only `id` is sure to be there. Needs Security.Read; the gateway reads it with Investigation.read.',
  implements: TimelineEntry,
  simpleResolvers: true,
})
export class MCASActivity {
  readonly __typename: 'MCASActivity';

  @Field(() => ID, { description: "The upstream's `_id`." })
  id: string;

  @Field(() => DateTime, { nullable: true, description: 'When it happened; lists are ordered by it.' })
  timestamp: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the upstream stored it, minutes or more after it happened.',
  })
  created: string | null;

  @Field(() => DateTime, { nullable: true, description: "When the upstream's pipeline received it." })
  instantiation: string | null;

  @Field(() => Int, { nullable: true, description: "The upstream's number of the event type." })
  eventType: number | null;

  @Field(() => String, { nullable: true, description: 'Category, such as `EVENT_CATEGORY_LOGIN`; an open set.' })
  eventTypeName: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Event constant of the app, such as `EVENT_O365_ONEDRIVE_GENERIC`; an open set.',
  })
  eventTypeValue: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Generic type, such as `ENUM_ACTIVITY_GENERIC_TYPE_BASIC`; an open set.',
  })
  genericEventType: string | null;

  @Field(() => String, { nullable: true, description: 'Finer name of the action; the upstream often leaves it out.' })
  actionType: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the app suite.' })
  appId: number | null;

  @Field(() => String, { nullable: true, description: 'Name of the app.' })
  appName: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the app.' })
  saasId: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Instance of the app, as the actor or an account of the activity names it.',
  })
  instanceId: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Where the record comes from: 0 access control, 1 session control, 2 app connector, 3 connector analysis, 5 discovery, 6 Defender for Endpoint.',
  })
  source: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What happened, in words. Passed on as the upstream wrote it: it may hold HTML and names chosen by an attacker, so show it as text or sanitise it.',
  })
  description: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Severity as a word, such as `INFO`; not the severity of alerts.',
  })
  severity: string | null;

  @Field(() => Int, { nullable: true, description: 'Confidence of the upstream; 20 and 30 are seen.' })
  confidenceLevel: number | null;

  @Field(() => MCASActivityDevice, { nullable: true, description: 'Where the request came from.' })
  device: MCASActivityDevice | null;

  @Field(() => MCASActivityLocation, { nullable: true, description: 'Place and network of the IP address.' })
  location: MCASActivityLocation | null;

  @Field(() => String, {
    nullable: true,
    description: 'User principal name of the actor; on failed sign-ins the name that was tried.',
  })
  userName: string | null;

  @Field(() => [String], { description: 'Ids of the groups of the user; may be empty.' })
  userTags: readonly string[];

  @Field(() => MCASUserAgent, { nullable: true, description: 'The client program.' })
  userAgent: MCASUserAgent | null;

  @Field(() => MCASActivityMainInfo, { nullable: true, description: 'What was done, and to what.' })
  mainInfo: MCASActivityMainInfo | null;

  @Field(() => MCASResolvedActor, { nullable: true, description: 'Who did it.' })
  resolvedActor: MCASResolvedActor | null;

  @Field(() => [MCASEntity], { description: 'Accounts that the activity names; may be empty.' })
  entityData: readonly MCASEntity[];

  @Field(() => [String], { description: 'Classifications, such as `access`; may be empty.' })
  classifications: readonly string[];

  @Field(() => String, { nullable: true, description: 'Session of the user, where the app reports one.' })
  sessionId: string | null;

  @Field(() => JSONResolver, {
    nullable: true,
    description: 'The audit record of the app. Its keys may differ only by case; its text is not to be trusted.',
  })
  rawDataJson: unknown;
}

export const MCASActivityConnection = createConnectionType<MCASActivity>('MCASActivity', () => MCASActivity);
