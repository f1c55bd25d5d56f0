import type { FaultyTenant } from './faultyTenant.js';

/** Makes one operation; what it needs to be there it makes first. */
export type Ask = () => string | Promise<string>;
/** By row of docs/upstreams.md, then by `Type.field`: operations that must reach the API of the row. */
export type ApiCases = Readonly<Record<string, Readonly<Record<string, Ask | readonly Ask[]>>>>;

const text = (value: unknown) => JSON.stringify(value);
const nodes = '{ nodes { id } }';
let made = 0;
/** A number that no other operation has used. */
const next = () => (made += 1);
const someone = () => text(`somebody${next()}@contoso.example`);

async function read(tenant: FaultyTenant, query: string): Promise<Record<string, any>> {
  const { data, errors } = await tenant.askAfresh(query);
  if (errors !== undefined) throw new Error(`${query}: ${text(errors)}`);
  return data as Record<string, any>;
}

/** What the alerts of either dialect are asked and told. */
function alertAsks(alertId: string): Record<string, Ask> {
  return {
    'Query.alerts': () => `{ alerts(first: 3) ${nodes} }`,
    'Query.alert': () => `{ alert(id: ${text(alertId)}) { id } }`,
    'Mutation.updateAlert': () =>
      `mutation { updateAlert(input: { id: ${text(alertId)}, assignedTo: ${someone()} }) { alert { id } errors { code } } }`,
    'Mutation.updateAlerts': () =>
      `mutation { updateAlerts(input: { alerts: [{ id: ${text(alertId)}, assignedTo: ${someone()} }] }) { results { errors { code } } errors { code } } }`,
  };
}

function pick<T>(asks: Readonly<Record<string, T>>, ...fields: readonly string[]): Record<string, T> {
  return Object.fromEntries(fields.map((field) => [field, asks[field] as T]));
}

export async function legacyCases(tenant: FaultyTenant): Promise<ApiCases> {
  const asks = alertAsks((await read(tenant, `{ alerts(first: 1) ${nodes} }`)).alerts.nodes[0].id);
  return {
    'GET /security/alerts': pick(asks, 'Query.alerts', 'Query.alert'),
    'PATCH /security/alerts/{id}': pick(asks, 'Mutation.updateAlert', 'Mutation.updateAlerts'),
  };
}

export async function graphCases(tenant: FaultyTenant): Promise<ApiCases> {
  const { alerts, merged, secureScoreControlProfiles } = await read(
    tenant,
    `{ alerts(first: 100) { nodes { id mcasAlert { id } incident { id } devices { id deviceId }
        users { id userPrincipalName riskyUser { id } riskEvents(first: 1) { nodes { id } } } } }
      merged: incidents(first: 1, filter: { status: { in: [REDIRECTED] } }) { nodes { id } }
      secureScoreControlProfiles { id } }`,
  );
  const isRich = ({ incident, devices, users }: any) =>
    incident !== null &&
    devices.length > 0 &&
    users.some(({ riskyUser, riskEvents }: any) => riskyUser && riskEvents.nodes.length);
  const rich = alerts.nodes.find(isRich);
  const [alertId, incidentId, device] = [rich.id, rich.incident.id, rich.devices[0]];
  const user = rich.users.find(({ riskyUser, riskEvents }: any) => riskyUser && riskEvents.nodes.length);
  const other = alerts.nodes.flatMap(({ users }: any) => users).find(({ id }: any) => id !== user.id);
  const riskEventId = user.riskEvents.nodes[0].id;
  const cloudId = alerts.nodes.find(({ mcasAlert }: any) => mcasAlert !== null).mcasAlert.id;
  const controlId = secureScoreControlProfiles[0].id;
  const ofAlert = (selection: string) => `{ alert(id: ${text(alertId)}) { ${selection} } }`;
  const ofUser = (selection: string) => `{ user(id: ${text(user.id)}) { ${selection} } }`;
  const ofRiskyUser = (selection: string) => `{ riskyUser(id: ${text(user.id)}) { ${selection} } }`;
  const ofRiskEvent = (selection: string) => `{ riskEvent(id: ${text(riskEventId)}) { ${selection} } }`;
  const ofIncident = (id: string, selection: string) => `{ incident(id: ${text(id)}) { ${selection} } }`;
  const act = (name: string) => () =>
    `mutation { ${name}(input: { userIds: [${text(user.id)}] }) { results { errors { code } } errors { code } } }`;
  const decide = () =>
    `mutation { updateSecureScoreControl(input: { id: ${text(controlId)}, state: REVIEWED, comment: "No. ${next()}" }) { profile { id } errors { code } } }`;
  const asks = alertAsks(alertId);
  return {
    'GET /security/alerts_v2': {
      ...pick(asks, 'Query.alerts'),
      'User.alerts': () => ofUser(`alerts(first: 3) ${nodes}`),
      'Device.alerts': () => `{ device(id: ${text(device.id)}) { alerts(first: 3) ${nodes} } }`,
      'RiskEvent.alerts': () => ofRiskEvent(`alerts(first: 3) ${nodes}`),
      'User.timeline': () => ofUser(`timeline(first: 3, kinds: [ALERT]) ${nodes}`),
    },
    'GET /security/alerts_v2/{id}': {
      ...pick(asks, 'Query.alert'),
      'Query.alertsByIds': () =>
        `{ alertsByIds(ids: ${text(alerts.nodes.slice(0, 2).map(({ id }: any) => id))}) { id } }`,
      'MCASAlert.alert': () => `{ mcasAlert(id: ${text(cloudId)}) { alert { id } } }`,
    },
    'PATCH /security/alerts_v2/{id}': pick(asks, 'Mutation.updateAlert', 'Mutation.updateAlerts'),
    'POST /security/alerts_v2/{id}/comments': {
      'Mutation.addAlertComment': () =>
        `mutation { addAlertComment(input: { id: ${text(alertId)}, comment: "No. ${next()}" }) { alert { id } errors { code } } }`,
    },
    'GET /security/incidents': { 'Query.incidents': () => `{ incidents(first: 3) ${nodes} }` },
    'GET /security/incidents/{id}': {
      'Query.incident': () => ofIncident(incidentId, 'id'),
      'Alert.incident': () => ofAlert('incident { id }'),
      'Incident.redirectIncident': () => ofIncident(merged.nodes[0].id, 'redirectIncident { id }'),
    },
    'GET /security/incidents/{id}/alerts': {
      'Incident.alerts': () => ofIncident(incidentId, `alerts(first: 3) ${nodes}`),
    },
    'PATCH /security/incidents/{id}': {
      'Mutation.updateIncident': () =>
        `mutation { updateIncident(input: { id: ${text(incidentId)}, assignedTo: ${someone()} }) { incident { id } errors { code } } }`,
    },
    'POST /security/incidents/{id}/comments': {
      'Mutation.addIncidentComment': () =>
        `mutation { addIncidentComment(input: { id: ${text(incidentId)}, comment: "No. ${next()}" }) { incident { id } errors { code } } }`,
    },
    'GET /identityProtection/riskDetections': {
      'Query.riskEvents': () => `{ riskEvents(first: 3) ${nodes} }`,
      'User.riskEvents': () => ofUser(`riskEvents(first: 3) ${nodes}`),
      'RiskyUser.riskEvents': () => ofRiskyUser(`riskEvents(first: 3) ${nodes}`),
      'Alert.riskEvents': () => ofAlert(`riskEvents(first: 3) ${nodes}`),
      'User.timeline': () => ofUser(`timeline(first: 3, kinds: [RISK_EVENT]) ${nodes}`),
    },
    'GET /identityProtection/riskDetections/{id}': { 'Query.riskEvent': () => ofRiskEvent('id') },
    'GET /identityProtection/riskyUsers': {
      'Query.riskyUsers': () => `{ riskyUsers(first: 3) ${nodes} }`,
      'User.riskyUser': () =>
        `{ one: user(id: ${text(user.id)}) { riskyUser { id } } two: user(id: ${text(other.id)}) { riskyUser { id } } }`,
    },
    'GET /identityProtection/riskyUsers/{id}': {
      'Query.riskyUser': () => ofRiskyUser('id'),
      'User.riskyUser': () => ofUser('riskyUser { id }'),
    },
    'GET /identityProtection/riskyUsers/{id}/history': { 'RiskyUser.history': () => ofRiskyUser('history { id }') },
    'POST …/riskyUsers/confirmCompromised': { 'Mutation.confirmUsersCompromised': act('confirmUsersCompromised') },
    'POST …/riskyUsers/dismiss': { 'Mutation.dismissUsersRisk': act('dismissUsersRisk') },
    'POST …/riskyUsers/confirmSafe': { 'Mutation.confirmUsersSafe': act('confirmUsersSafe') },
    'GET /security/secureScores': {
      'Query.secureScore': () => '{ secureScore { id } }',
      'Query.secureScores': () => `{ secureScores(first: 3) ${nodes} }`,
    },
    'GET /security/secureScoreControlProfiles': {
      'Query.secureScoreControlProfiles': () => '{ secureScoreControlProfiles { id } }',
      'ControlScore.profile': () => '{ secureScore { controlScores { profile { id } } } }',
    },
    'GET /security/secureScoreControlProfiles/{id}': { 'Mutation.updateSecureScoreControl': decide },
    'PATCH /security/secureScoreControlProfiles/{id}': { 'Mutation.updateSecureScoreControl': decide },
    'GET /users': {
      'Query.users': () => `{ users(first: 3) ${nodes} }`,
      'Query.user': () => `{ user(userPrincipalName: ${text(user.userPrincipalName)}) { id } }`,
    },
    'GET /devices': {
      'Query.devices': () => `{ devices(first: 3) ${nodes} }`,
      'Query.device': () => `{ device(deviceId: ${text(device.deviceId)}) { id } }`,
      'Alert.devices': () => ofAlert('devices { id }'),
      'DeviceEvidence.device': () => ofAlert('evidence { ... on DeviceEvidence { device { id } } }'),
    },
    'POST /directoryObjects/getByIds': {
      'Query.user': () => ofUser('id'),
      'Query.device': () => `{ device(id: ${text(device.id)}) { id } }`,
      'Alert.users': () => ofAlert('users { id }'),
      'UserEvidence.user': () => ofAlert('evidence { ... on UserEvidence { user { id } } }'),
      'RiskEvent.user': () => ofRiskEvent('user { id }'),
      'RiskyUser.user': () => ofRiskyUser('user { id }'),
      'MCASActivity.user': () => '{ mcasActivities(first: 9) { nodes { user { id } } } }',
    },
  };
}
