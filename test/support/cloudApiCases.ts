import type { ApiCases, Ask } from './apiCases.js';
import type { FaultyTenant } from './faultyTenant.js';

const text = (value: unknown) => JSON.stringify(value);
const nodes = '{ nodes { id } }';

/** The routes of Cloud Apps, of which some want what others make. */
export async function cloudCases(tenant: FaultyTenant): Promise<ApiCases> {
  const read = async (query: string): Promise<Record<string, any>> => {
    const { data, errors } = await tenant.askAfresh(query);
    if (errors !== undefined) throw new Error(`${query}: ${text(errors)}`);
    return data as Record<string, any>;
  };
  const found = await read(`{ alerts(first: 100) { nodes { id users { id riskEvents(first: 1) ${nodes} } } }
    mcasAlerts(first: 5) ${nodes} mcasActivities(first: 5) ${nodes} mcasFiles(first: 1) ${nodes}
    users: mcasAccounts(first: 1, filter: { type: { in: [USER] } }) ${nodes}
    accounts: mcasAccounts(first: 1, filter: { type: { in: [ACCOUNT] } }) ${nodes} }`);
  const [alertId] = found.mcasAlerts.nodes.map(({ id }: any) => id);
  const activityId = found.mcasActivities.nodes[0].id;
  const alertOfPeople = found.alerts.nodes.find(({ users }: any) =>
    users.some((user: any) => user.riskEvents.nodes[0]),
  );
  const user = alertOfPeople.users.find(({ riskEvents }: any) => riskEvents.nodes[0]);
  const ofUser = (selection: string) => `{ user(id: ${text(user.id)}) { ${selection} } }`;
  const ofCloudAlert = (selection: string) => `{ mcasAlert(id: ${text(alertId)}) { ${selection} } }`;

  let made = 0;
  const rangeInput = () => {
    made += 1;
    return `name: "Range ${made}", category: VPN, subnets: ["2001:db8:${made.toString(16)}::/48"]`;
  };
  const create = () => `mutation { createMCASIPRange(input: { ${rangeInput()} }) { ipRange { id } errors { code } } }`;
  const someRange = async () => text((await read(create())).createMCASIPRange.ipRange.id);
  const start = () =>
    'mutation { startDiscoveryUpload(input: { filename: "fw.log", source: "ZSCALER" }) { uploadUrl headers { name value } errors { code } } }';
  const finish = async () => {
    const { uploadUrl, headers } = (await read(start())).startDiscoveryUpload;
    const headersOfPut = Object.fromEntries(headers.map(({ name, value }: any) => [name, value]));
    const put = await fetch(uploadUrl, { method: 'PUT', headers: headersOfPut, body: 'a log' });
    if (put.status !== 201) throw new Error(`PUT answered ${put.status}.`);
    return `mutation { finishDiscoveryUpload(input: { uploadUrl: ${text(uploadUrl)}, inputStreamName: "Edge" }) { done errors { code } } }`;
  };
  const close =
    (as: string, index: number): Ask =>
    () =>
      `mutation { closeMCASAlerts(input: { ids: [${text(found.mcasAlerts.nodes[index].id)}], as: ${as}, comment: "Looked at." }) { results { done errors { code } } errors { code } } }`;
  const mark =
    (isRead: boolean): Ask =>
    () =>
      `mutation { markMCASAlertsRead(input: { ids: [${text(alertId)}], read: ${isRead} }) { results { done errors { code } } errors { code } } }`;
  return {
    'POST /api/v1/activities/': {
      'Query.mcasActivities': () => `{ mcasActivities(first: 3) ${nodes} }`,
      'User.mcasActivities': () => ofUser(`mcasActivities(first: 3) ${nodes}`),
      'Alert.mcasActivities': () => `{ alert(id: ${text(alertOfPeople.id)}) { mcasActivities(first: 3) ${nodes} } }`,
      'RiskEvent.mcasActivities': () =>
        `{ riskEvent(id: ${text(user.riskEvents.nodes[0].id)}) { mcasActivities(first: 3) ${nodes} } }`,
      'MCASAlert.activities': () => ofCloudAlert(`activities(first: 3) ${nodes}`),
      'User.timeline': () => ofUser(`timeline(first: 3, kinds: [MCAS_ACTIVITY]) ${nodes}`),
    },
    'GET /api/v1/activities/{id}/': { 'Query.mcasActivity': () => `{ mcasActivity(id: ${text(activityId)}) { id } }` },
    'POST /api/v1/activities/{id}/feedback': {
      'Mutation.giveMCASActivityFeedback': () =>
        `mutation { giveMCASActivityFeedback(input: { id: ${text(activityId)}, feedback: "helpful" }) { done errors { code } } }`,
    },
    'POST /api/v1/alerts/': {
      'Query.mcasAlerts': () => `{ mcasAlerts(first: 3) ${nodes} }`,
      'Alert.mcasAlert': () => '{ alerts(first: 100) { nodes { mcasAlert { id } } } }',
    },
    'GET /api/v1/alerts/{id}/': {
      'Query.mcasAlert': () => ofCloudAlert('id'),
      'Alert.mcasAlert': () => `{ alert(id: ${text(`ca${alertId}`)}) { mcasAlert { id } } }`,
    },
    'POST /api/v1/alerts/close_benign/': {
      'Mutation.closeMCASAlerts': [close('BENIGN', 1), close('FALSE_POSITIVE', 2), close('TRUE_POSITIVE', 3)],
    },
    'POST /api/v1/alerts/{id}/read/': { 'Mutation.markMCASAlertsRead': [mark(true), mark(false)] },
    'POST /api/v1/entities/': {
      'Query.mcasAccounts': () => `{ mcasAccounts(first: 3) ${nodes} }`,
      'MCASActivity.account': () => '{ mcasActivities(first: 9) { nodes { account { id } } } }',
      'MCASAlert.account': () => '{ mcasAlerts(first: 9) { nodes { account { id } } } }',
    },
    'GET /api/v1/entities/{key}/': {
      'Query.mcasAccount': () => `{ mcasAccount(id: ${text(found.users.nodes[0].id)}) { id } }`,
    },
    'GET /api/v1/entities/{key}/retrieve_tree/': {
      'MCASAccount.accounts': () => `{ mcasAccount(id: ${text(found.accounts.nodes[0].id)}) { accounts { id } } }`,
    },
    'POST /api/v1/subnet/': { 'Query.mcasIPRanges': () => '{ mcasIPRanges { id } }' },
    'POST /api/v1/subnet/create_rule/': { 'Mutation.createMCASIPRange': create },
    'POST /api/v1/subnet/{id}/update_rule/': {
      'Mutation.updateMCASIPRange': async () =>
        `mutation { updateMCASIPRange(input: { id: ${await someRange()}, ${rangeInput()} }) { ipRange { id } errors { code } } }`,
    },
    'DELETE /api/v1/subnet/{id}/': {
      'Mutation.deleteMCASIPRange': async () =>
        `mutation { deleteMCASIPRange(input: { id: ${await someRange()} }) { deletedId errors { code } } }`,
    },
    'POST /api/v1/files/': { 'Query.mcasFiles': () => `{ mcasFiles(first: 3) ${nodes} }` },
    'GET /api/v1/files/{id}/': {
      'Query.mcasFile': () => `{ mcasFile(id: ${text(found.mcasFiles.nodes[0].id)}) { id } }`,
    },
    'GET /api/discovery/streams/': { 'Query.mcasDiscoveryStreams': () => '{ mcasDiscoveryStreams { id } }' },
    'POST /api/v1/discovery/discovered_apps/categories/': {
      'Query.mcasDiscoveryCategories': async () => {
        const { mcasDiscoveryStreams: reports } = await read('{ mcasDiscoveryStreams { id } }');
        return `{ mcasDiscoveryCategories(streamId: ${text(reports[0].id)}) { id } }`;
      },
    },
    'GET /api/discovery_block_scripts/': {
      'Query.mcasDiscoveryBlockScript': () => '{ mcasDiscoveryBlockScript(format: ZSCALER) { script } }',
    },
    'GET /api/v1/discovery/upload_url/': { 'Mutation.startDiscoveryUpload': start },
    'POST /api/v1/discovery/done_upload/': { 'Mutation.finishDiscoveryUpload': finish },
  };
}
