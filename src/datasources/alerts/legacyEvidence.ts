import { filledText, isWireObject, type WireObject } from './readers.js';
import type { WireLegacyAlert } from './wire.js';

/**
 * Rewrites the state lists of a legacy alert as evidence of `alerts_v2`, by Microsoft's migration table. Lists without
 * a counterpart keep their items as evidence of their own kind, so that nothing is lost.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/alert
 */
export function legacyEvidenceItems(alert: WireLegacyAlert): WireObject[] {
  const items = Object.entries(rewriters).flatMap(([list, rewrite]) => statesOf(alert, list).flatMap(rewrite));
  return distinct(items.filter(saysSomething));
}

type Rewriter = (state: WireObject) => WireObject[];

const rewriters: Readonly<Record<string, Rewriter>> = {
  userStates: (state) => [
    evidence('user', {
      userAccount: compact({
        accountName: state.accountName,
        azureAdUserId: state.aadUserId,
        domainName: state.domainName,
        userPrincipalName: state.userPrincipalName,
        userSid: state.onPremisesSecurityIdentifier,
      }),
    }),
    evidence('ip', { ipAddress: state.logonIp }),
  ],
  hostStates: (state) => [
    evidence('device', {
      deviceDnsName: state.fqdn,
      hostName: state.netBiosName,
      osPlatform: state.os,
      lastIpAddress: state.privateIpAddress,
      lastExternalIpAddress: state.publicIpAddress,
      riskScore: state.riskScore,
    }),
  ],
  fileStates: (state) => [
    evidence('file', { fileDetails: compact({ fileName: state.name, filePath: state.path, ...hashOf(state) }) }),
  ],
  networkConnections: (state) => [
    evidence('ip', { ipAddress: state.destinationAddress }),
    evidence('ip', { ipAddress: state.sourceAddress }),
    evidence('url', { url: state.destinationUrl }),
  ],
  processes: (state) => [
    evidence('process', {
      processId: state.processId,
      processCommandLine: state.commandLine,
      processCreationDateTime: state.createdDateTime,
      parentProcessId: state.parentProcessId,
      parentProcessCreationDateTime: state.parentProcessCreatedDateTime,
      imageFile: compact({ fileName: state.name, filePath: state.path, ...hashOf(state) }),
      parentProcessImageFile: compact({ fileName: state.parentProcessName }),
      userAccount: compact({ accountName: state.accountName }),
    }),
  ],
  registryKeyStates: (state) => [
    filledText(state.valueName) === null && filledText(state.valueData) === null
      ? evidence('registryKey', { registryHive: state.hive, registryKey: state.key })
      : evidence('registryValue', {
          registryHive: state.hive,
          registryKey: state.key,
          registryValue: state.valueData,
          registryValueName: state.valueName,
          registryValueType: state.valueType,
        }),
  ],
  messageSecurityStates: (state) => [
    evidence('analyzedMessage', {
      antiSpamDirection: state.directionality,
      deliveryAction: state.deliveryAction,
      deliveryLocation: state.deliveryLocation,
      internetMessageId: state.internetMessageId,
      networkMessageId: state.networkMessageId,
      receivedDateTime: state.messageReceivedDateTime,
      senderIp: state.connectingIP,
      subject: state.messageSubject,
    }),
  ],
  cloudAppStates: (state) => [
    evidence('cloudApplication', { displayName: state.destinationServiceName }),
    evidence('ip', { ipAddress: state.destinationServiceIp }),
  ],
  malwareStates: (state) => [evidence('malware', { category: state.category, name: state.name })],
  securityResources: (state) => [
    filledText(state.resource)?.toLowerCase().startsWith('/subscriptions/')
      ? evidence('azureResource', { resourceId: state.resource, resourceName: lastSegment(state.resource) })
      : asItself('securityResource', state),
  ],
  uriClickSecurityStates: (state) => [asItself('uriClickSecurityState', state)],
  vulnerabilityStates: (state) => [asItself('vulnerabilityState', state)],
  investigationSecurityStates: (state) => [asItself('investigationSecurityState', state)],
  triggers: (state) => [asItself('alertTrigger', state)],
};

function statesOf(alert: WireLegacyAlert, list: string): WireObject[] {
  const states = alert[list];
  return Array.isArray(states) ? states.filter(isWireObject) : [];
}

function evidence(kind: string, members: WireObject): WireObject {
  return { '@odata.type': `#microsoft.graph.security.${kind}Evidence`, ...compact(members) };
}

function asItself(type: string, state: WireObject): WireObject {
  return { '@odata.type': `#microsoft.graph.${type}`, ...compact(state) };
}

/** Without empty text, null and objects that hold nothing. */
function compact(members: WireObject): WireObject {
  const filled = Object.entries(members).filter(
    ([, value]) => value !== null && value !== undefined && value !== '' && !(isWireObject(value) && isEmpty(value)),
  );
  return Object.fromEntries(filled);
}

function hashOf(state: WireObject): WireObject {
  if (!isWireObject(state.fileHash)) return {};
  const type = filledText(state.fileHash.hashType)?.toLowerCase() ?? '';
  const member = { sha1: 'sha1', sha256: 'sha256', md5: 'md5', authenticodehash256: 'sha256Ac' }[type];
  return member === undefined ? {} : { [member]: state.fileHash.hashValue };
}

function lastSegment(resource: unknown): string | undefined {
  return typeof resource === 'string' ? resource.split('/').filter(Boolean).at(-1) : undefined;
}

function saysSomething(item: WireObject): boolean {
  return Object.keys(item).length > 1;
}

function isEmpty(value: WireObject): boolean {
  return Object.keys(value).length === 0;
}

function distinct(items: readonly WireObject[]): WireObject[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
