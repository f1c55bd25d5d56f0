import { type CodedEnum, toRawCode } from '../../../schema/enums/defineCodedEnum.js';
import { mcasFileAccessLevel, mcasFileType } from '../../../schema/enums/mcasInventory.enums.js';
import type { MCASFile } from '../../../schema/types/mcasFile.type.js';
import { toInt } from '../map.js';
import { fromWireTime } from '../time.js';
import type { FileWire } from './wire.js';

/** A file of a cloud app as ours. */
export function toMcasFile(wire: FileWire): MCASFile {
  const type = readCode(wire.fileType, wire.ftype, mcasFileType);
  const access = readCode(wire.fileAccessLevel, wire.facl, mcasFileAccessLevel);
  return {
    __typename: 'MCASFile',
    id: wire._id,
    idInApp: wire.id ?? null,
    name: wire.name ?? null,
    appId: toInt(wire.appId),
    saasId: toInt(wire.saasId),
    instanceId: toInt(wire.instId),
    appName: wire.appName ?? null,
    fileSize: Number.isSafeInteger(wire.fileSize) ? wire.fileSize : null,
    createdDate: fromWireTime(wire.createdDate),
    modifiedDate: fromWireTime(wire.modifiedDate),
    snapshotLastModifiedDate: fromWireTime(wire.snapshotLastModifiedDate),
    fileType: type.member,
    rawFileType: type.raw,
    fileAccessLevel: access.member,
    rawFileAccessLevel: access.raw,
    fileStatus: wire.fileStatus?.word ?? toRawCode(wire.fileStatus?.code),
    ...toPlace(wire),
    ...toFlags(wire),
    ...toPeople(wire),
    labels: wire.fTags,
    dlpScanResults: wire.dlpScanResults ?? null,
  };
}

/** The number decides; the word is what the upstream calls it. */
function readCode(
  pair: FileWire['fileType'],
  plain: number | null,
  codedEnum: CodedEnum,
): { readonly member: string | null; readonly raw: string | null } {
  const code = pair?.code ?? plain;
  return { member: codedEnum.fromCode(code), raw: pair?.word ?? toRawCode(code) };
}

type Place = 'mimeType' | 'fileExtension' | 'filePath' | 'sitePath' | 'driveId' | 'parentId' | 'alternateLink';

function toPlace(wire: FileWire): Pick<MCASFile, Place> {
  return {
    mimeType: wire.mimeType ?? null,
    fileExtension: wire.fileExtension ?? null,
    filePath: wire.filePath ?? null,
    sitePath: wire.sitePath ?? null,
    driveId: wire.driveId ?? null,
    parentId: wire.parentId ?? null,
    alternateLink: wire.alternateLink ?? null,
  };
}

function toFlags(
  wire: FileWire,
): Pick<MCASFile, 'isFolder' | 'isForeign' | 'noGovernance' | 'trashed' | 'quarantined'> {
  return {
    isFolder: wire.isFolder ?? null,
    isForeign: wire.isForeign ?? null,
    noGovernance: wire.noGovernance ?? null,
    trashed: wire.trashed ?? null,
    quarantined: wire.quarantined ?? null,
  };
}

type People = 'ownerAddress' | 'ownerName' | 'ownerExternal' | 'collaborators' | 'domains' | 'emails' | 'groupIds';

function toPeople(wire: FileWire): Pick<MCASFile, People> {
  return {
    ownerAddress: wire.ownerAddress ?? null,
    ownerName: wire.ownerName ?? null,
    ownerExternal: wire.ownerExternal ?? null,
    collaborators: wire.collaborators.map((person) => ({
      id: person.id ?? null,
      name: person.name ?? null,
      role: person.role ?? null,
      accessLevel: toInt(person.accessLevel),
      type: person.type ?? null,
    })),
    domains: wire.domains,
    emails: wire.emails,
    groupIds: wire.groupIds,
  };
}
